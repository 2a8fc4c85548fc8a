"""The starter model at work: prompts to numbers, numbers to fields, without PyTorch."""
