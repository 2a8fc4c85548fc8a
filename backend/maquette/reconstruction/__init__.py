"""From what generative models give to assets: pictures cut out for them, raw surfaces cleaned and dressed."""
