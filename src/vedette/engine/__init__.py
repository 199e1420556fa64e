"""The running whole: wires inputs, matching, store and outputs together, and counts everything."""
