"""The picture that `--preview` asks for, rendered here: the backend's own is only a thumbnail."""

from typing import Final

PREVIEW_SIZE: Final = 768  # pixels


def draw_preview(glb: bytes) -> bytes:
    """A PNG of the asset in a GLB. The renderer is imported here because no other command needs it."""
    from maquette.assets.gltf import read_glb
    from maquette.assets.images import encode_png
    from maquette.render import render_preview

    return encode_png(render_preview(read_glb(glb), PREVIEW_SIZE))
