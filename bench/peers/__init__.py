"""The peers: what a developer would use instead, doing the same work."""
