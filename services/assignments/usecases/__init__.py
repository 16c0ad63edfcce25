"""What assignments does, each in one transaction: take a report, learn of a fact, judge again."""
