"""CyberTrace's configuration: read as it stands, and written as ours."""
