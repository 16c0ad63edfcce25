"""What legal does, each in one transaction: with complaints, cases and final orders."""
