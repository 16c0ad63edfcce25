"""Use cases, each in one transaction: accept a report, apply a fact, judge again."""
