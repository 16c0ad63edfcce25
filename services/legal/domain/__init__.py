"""What legal knows and its rules: complaints, cases with their holds, and final orders."""
