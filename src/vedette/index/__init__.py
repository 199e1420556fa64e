"""The indicators of all feeds, frozen into a numbered generation."""
