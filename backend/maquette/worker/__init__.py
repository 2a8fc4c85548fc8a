"""The disposable process that runs recipes."""
