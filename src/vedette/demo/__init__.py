"""The demo: Vedette's own sample feeds and events, and a SIEM's side in the same terminal."""
