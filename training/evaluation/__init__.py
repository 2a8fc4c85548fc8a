"""What the starter model can do, in numbers."""
