"""What payments does, each in one transaction that its caller opens."""
