"""Samplers: how a learned velocity carries noise to data."""
