"""Legal's domain: complaints, cases with their holds, and final orders."""
