"""Where indicators come from: formats, compression, reading."""
