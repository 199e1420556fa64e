"""What we found: detections and the templates that write them."""
