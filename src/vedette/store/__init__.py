"""What we remember: detections and each output's place in them."""
