"""The configuration as typed values: what may be written, how it is read, what is wrong with it."""
