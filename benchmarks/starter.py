"""The starter model as a person waits for it, against the compute of Shap-E in diffusers, same processor.

Shap-E has random weights of its published size, and only the denoising of its latents is counted: its text
encoder and the decoding of a mesh would come on top. Two steps are measured and taken for all 64.
"""

import statistics
import time
from typing import Final

import torch
from diffusers import PriorTransformer

from maquette.assets.gltf import write_glb
from maquette.progress import Progress
from maquette.recipes.starter import DESCRIPTION
from maquette.starter.generate import generate
from maquette.starter.model import Model
from training import CHECKPOINT

from .table import Row, at_least, at_most

PROMPTS: Final = ("a red wooden chair", "a blue ceramic vase", "a green plastic car")
STEPS: Final = 64  # as Shap-E was published
MEASURED: Final = 2


def rows() -> list[Row]:
    """Seconds from a prompt to an asset with 1024 maps, warm; and how many times that Shap-E takes."""
    ours, theirs = statistics.median(_ours()), _shap_e()
    told = f"Shap-E {theirs:.0f} s for the denoising alone, random weights"
    return [
        at_most("starter, text to GLB with 1024 maps, warm", ours, "s", 8.0, f"median of {len(PROMPTS)}"),
        at_least("Shap-E in diffusers / starter", theirs / ours, "x", 20.0, told),
    ]


def _ours() -> list[float]:
    model, parameters = Model(CHECKPOINT), DESCRIPTION.validated({})
    times = []
    for prompt in ("a stool", *PROMPTS):
        started = time.perf_counter()
        write_glb(generate(prompt, (), parameters, 1, Progress(), model))
        times.append(time.perf_counter() - started)
    return times[1:]  # the first loaded the networks


@torch.no_grad()
def _shap_e() -> float:
    """Seconds for the latents of one prompt, with guidance: two samples a step."""
    model = PriorTransformer(
        num_attention_heads=16,
        attention_head_dim=64,
        num_layers=24,
        embedding_dim=1024,
        num_embeddings=1024,
        additional_embeddings=0,
        time_embed_act_fn="gelu",
        norm_in_type="layer",
        encoder_hid_proj_type=None,
        added_emb_type=None,
        time_embed_dim=4096,
        embedding_proj_dim=768,
        clip_embed_dim=2048,
    ).train(False)
    latents, words = torch.randn(2, 1024, 1024), torch.randn(2, 768)
    started = time.perf_counter()
    for _ in range(MEASURED):
        model(latents, timestep=500, proj_embedding=words)
    return (time.perf_counter() - started) / MEASURED * STEPS
