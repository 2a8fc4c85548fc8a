"""Training of the starter model: its data, its stages, its evaluation and its export."""
