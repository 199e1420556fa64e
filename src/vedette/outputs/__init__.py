"""Where detections go: syslog, file, standard output."""
