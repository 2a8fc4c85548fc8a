"""The real worker process with scriptable recipes and a small, scriptable writer of results."""

import errno
import os
import resource
import signal
import time
from pathlib import Path

import numpy as np
from PIL import Image

from maquette.assets import Asset
from maquette.protocol import Json
from maquette.worker.process import work
from tests.fakes.recipes import RECIPES


def write_result(asset: Asset, folder: Path) -> dict[str, Json]:
    assert asset.mesh.uvs is not None
    (folder / "asset.glb").write_bytes(_glb(asset))
    if asset.name == "half":
        os.kill(os.getpid(), signal.SIGKILL)
    if asset.name == "full":
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if asset.name == "limit":
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, resource.RLIM_INFINITY))
        (folder / "preview.png").write_bytes(bytes(1 << 20))
    if asset.name == "slow":
        time.sleep(3600)
    np.save(folder / "vertices.npy", asset.mesh.vertices)
    np.save(folder / "faces.npy", asset.mesh.faces)
    np.save(folder / "uvs.npy", asset.mesh.uvs)
    for name in ("base_color", "orm", "normal", "preview"):
        Image.fromarray(asset.material.base_color).save(folder / f"{name}.png")
    if asset.views is not None:
        Image.fromarray(asset.views).save(folder / "views.png")
    files: dict[str, Json] = {path.name: path.stat().st_size for path in folder.iterdir()}
    if asset.name == "lie":
        files["orm.png"] = 1
    return {"files": files, "triangles": len(asset.mesh.faces), "provenance": asset.provenance}


def _glb(asset: Asset) -> bytes:
    """Something like a GLB; a real one where the script says so, which takes imports and time."""
    if asset.name != "glb":
        return b"glTF" + asset.mesh.vertices.tobytes()
    from maquette.assets.gltf import write_glb

    return write_glb(asset)


if __name__ == "__main__":
    work(RECIPES, write_result)
