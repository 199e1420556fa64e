"""Where events come from: tcp, files, standard input."""
