"""An asset as a folder of files: the GLB, its mesh as arrays, its maps and its preview as pictures."""

import json
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.protocol import Json, bad_input
from maquette.protocol.worker_messages import SUMMARY_FILE

from .asset import Asset
from .gltf import write_glb
from .images import Pixels, decode_image, encode_maps, encode_png, without_plain_alpha
from .material import Material, read_alpha_mode
from .mesh import Mesh

VIEWS_FILE: Final = "views.png"


def write_files(
    asset: Asset,
    folder: Path,
    preview: Pixels,  # [S, S, 3]
) -> dict[str, Json]:
    """Writes asset.glb, vertices.npy, faces.npy, uvs.npy, part_ids.npy (with parts), one PNG a map,
    preview.png, views.png (with views) and result.json into the folder, which must exist. Each map is
    encoded once, for its file and for the GLB.

    Returns what result.json says: name, counts, extent, parts, alpha mode, the size of every file, the file
    of every map, and the provenance. Raises bad_input for what cannot be written as GLB, and OSError.
    """
    maps = encode_maps(asset.material)
    contents = {"asset.glb": write_glb(asset, maps), "preview.png": encode_png(preview)}
    contents |= {f"{name}.png": data for name, data in maps.items()}
    if asset.views is not None:
        contents[VIEWS_FILE] = encode_png(asset.views)
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    for name, array in _arrays(asset.mesh).items():
        np.save(folder / name, array, allow_pickle=False)
    about = _describe(asset)
    about["maps"] = {name: f"{name}.png" for name in maps}
    written = [*contents, *_arrays(asset.mesh)]
    about["files"] = {name: (folder / name).stat().st_size for name in sorted(written)}
    (folder / SUMMARY_FILE).write_text(json.dumps(about, allow_nan=False), encoding="utf-8")
    return about


def read_files(folder: Path) -> Asset:
    """The asset that `write_files` put into the folder. Raises bad_input where it is incomplete."""
    try:
        about = json.loads((folder / SUMMARY_FILE).read_text(encoding="utf-8"))
        arrays = {path.stem: np.load(path, allow_pickle=False) for path in folder.glob("*.npy")}
        pictures = {name: decode_image((folder / file).read_bytes()) for name, file in about["maps"].items()}
        mesh = Mesh(
            vertices=arrays["vertices"],
            faces=arrays["faces"],
            uvs=arrays["uvs"],
            part_ids=arrays.get("part_ids"),
            part_names=tuple(about["parts"]),
        )
        views = folder / VIEWS_FILE
        seen = decode_image(views.read_bytes())[..., :3].copy() if views.exists() else None
        return Asset(mesh, _material(pictures, about), about["name"], about["provenance"], seen)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise bad_input(f"the result in {folder} cannot be read ({error}): generate it again") from error


def _arrays(mesh: Mesh) -> dict[str, npt.NDArray[np.generic]]:
    assert mesh.uvs is not None
    arrays: dict[str, npt.NDArray[np.generic]] = {
        "vertices.npy": mesh.vertices.astype(np.float32, copy=False),
        "faces.npy": mesh.faces.astype(np.int32, copy=False),
        "uvs.npy": mesh.uvs.astype(np.float32, copy=False),
    }
    if mesh.part_ids is not None:
        arrays["part_ids.npy"] = mesh.part_ids.astype(np.int32, copy=False)
    return arrays


def _describe(asset: Asset) -> dict[str, Json]:
    lowest, highest = asset.mesh.bounds
    return {
        "name": asset.name,
        "vertices": len(asset.mesh.vertices),
        "triangles": len(asset.mesh.faces),
        "extent_m": [round(float(side), 6) for side in highest - lowest],
        "parts": list(asset.mesh.part_names),
        "material": asset.material.name,
        "alpha_mode": asset.material.alpha_mode,
        "texture_size": asset.material.base_color.shape[0],
        "provenance": asset.provenance,
    }


def _material(pictures: dict[str, Pixels], about: dict[str, Json]) -> Material:
    return Material(
        base_color=without_plain_alpha(pictures["base_color"]),
        orm=pictures["orm"][..., :3].copy(),
        normal=pictures["normal"][..., :3].copy(),
        emissive=pictures["emissive"][..., :3].copy() if "emissive" in pictures else None,
        alpha_mode=read_alpha_mode(about["alpha_mode"]),
        name=str(about["material"]),
    )
