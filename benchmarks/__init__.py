"""Measurements: ratios against a peer or reference in the same run. `python -m benchmarks [NAME...] [--json]`."""
