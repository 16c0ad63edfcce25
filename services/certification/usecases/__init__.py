"""What certification does, each in one transaction; a file per noun."""
