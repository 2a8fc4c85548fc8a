"""UVs: charts, flattening, packing, and the check of UVs that are there."""
