"""Events against the index; single lookups; explanations."""
