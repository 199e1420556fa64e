"""What happened: framing, profiles, rules. No sockets."""
