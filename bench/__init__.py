"""Benchmarks: one program an idea, each a ratio to a peer measured in the same run. They gate nothing."""
