"""How detections are written for outputs."""
