"""Pictures of views by diffusion, painted onto a mesh: where `texture` and `priors` meet."""
