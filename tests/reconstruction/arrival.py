"""What goes to a server in these tests, and what becomes of its answer in Blender."""

import io

import numpy as np
import pytest
from PIL import Image

from maquette.assets import Material, Mesh
from maquette.client.results import FetchedAsset
from maquette.protocol import Frame


def encoded(pixels: np.ndarray) -> Frame:
    """A picture or map as PNG."""
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    return Frame("image/png", stream.getvalue())


def frames_of(mesh: Mesh, maps: Material) -> dict[str, Frame]:
    """A mesh with UVs that wears base colour, occlusion, roughness and metallic."""
    assert mesh.uvs is not None
    arrays = {"vertices": mesh.vertices, "faces": mesh.faces, "uvs": mesh.uvs}
    frames = {name: Frame.from_array(array) for name, array in arrays.items()}
    return frames | {"base_color": encoded(maps.base_color), "orm": encoded(maps.orm)}


def stands_in_blender(arrays: FetchedAsset, recipe: str, longest: float) -> None:
    """Builds the object as the add-on does and checks mesh, UVs and packed maps of 256 texels."""
    bpy = pytest.importorskip("bpy")
    from blender_addon.scene_io.placement import place
    from blender_addon.scene_io.provenance import Origin
    from blender_addon.scene_io.result import build_object

    assert arrays.faces is not None
    document = arrays.result["provenance"]
    assert isinstance(document, dict)
    bpy.ops.wm.read_homefile(use_empty=True)
    item = build_object(arrays, Origin("request", "job", "", recipe, 7, {}, document))
    place(item, bpy.context.scene, bpy.context.scene.cursor.location)
    assert max(item.dimensions) == pytest.approx(longest, abs=1e-3)
    assert len(item.data.polygons) == len(arrays.faces)
    assert [layer.name for layer in item.data.uv_layers]
    nodes = item.data.materials[0].node_tree.nodes
    pictures = [node.image for node in nodes if node.type == "TEX_IMAGE"]
    assert pictures
    assert all(tuple(image.size) == (256, 256) and image.packed_file for image in pictures)
