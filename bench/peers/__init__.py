"""What the product is measured against: what a user would pick instead, doing the same work."""
