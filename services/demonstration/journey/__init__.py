"""The main journey: an educator from registration to revocation, step by step, over HTTP."""
