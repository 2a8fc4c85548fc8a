"""Materials from words, on any mesh: read, laid over each other by the shape of the surface, baked."""
