"""Warninglists: values known to be harmless or shared, as MISP publishes them."""
