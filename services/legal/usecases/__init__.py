"""Legal's use cases, one transaction each: complaints, cases and final orders."""
