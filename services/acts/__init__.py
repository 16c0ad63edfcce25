"""What each use case and each reaction records, read from the services' source."""
