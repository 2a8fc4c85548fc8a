"""Score distillation: which way a diffusion prior would move latents, as functions without a memory."""
