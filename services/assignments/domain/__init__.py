"""Reports, replicas of educators and certificates, and the judgments based on both."""
