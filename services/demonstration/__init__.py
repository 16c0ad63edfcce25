"""The demonstration: made-up people and organizations, and the main journey walked over HTTP."""
