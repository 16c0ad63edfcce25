"""What is measured: each figure against its limit and its peers, in one interleaved run."""
