"""The benchmarks: each figure against its target and its peers, in interleaved rounds."""
