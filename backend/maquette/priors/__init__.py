"""Diffusion priors: published pipelines loaded from this disk, and what steers their sampling."""
