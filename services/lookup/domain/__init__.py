"""What lookup knows, and the finished documents that show it, each good through a known day."""
