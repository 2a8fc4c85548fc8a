"""Small meshes and pictures with known answers."""

import struct
import zlib

import numpy as np
import numpy.typing as npt

from maquette.client.results import EncodedImage, FetchedAsset


def grid(n: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int32], npt.NDArray[np.float32]]:
    """A wavy sheet of 2 (n-1)^2 triangles: vertices [V, 3], faces [F, 3], UVs [F, 3, 2]."""
    u, v = np.meshgrid(np.linspace(0, 1, n), np.linspace(0, 1, n))
    vertices = np.stack([u, v, 0.1 * np.sin(9 * u)], axis=-1).reshape(-1, 3).astype(np.float32)
    at = np.arange(n * n).reshape(n, n)
    quads = np.stack([at[:-1, :-1], at[:-1, 1:], at[1:, 1:], at[1:, :-1]], axis=-1).reshape(-1, 4)
    faces = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]).astype(np.int32)
    return vertices, faces, vertices[faces][:, :, :2].copy()


def png(color: tuple[int, int, int], size: int = 4) -> bytes:
    """A square of one colour."""
    rows = (b"\0" + bytes(color) * size) * size
    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def asset(job_id: str = "job1", n: int = 4) -> FetchedAsset:
    """A result as the client hands it over."""
    vertices, faces, uvs = grid(n)
    colors = {"base_color": (200, 30, 20), "orm": (255, 128, 0), "normal": (128, 128, 255)}
    maps = {name: EncodedImage("image/png", png(color)) for name, color in colors.items()}
    result = {"name": "chair", "alpha_mode": "OPAQUE", "provenance": {"version": "0.1.0"}}
    return FetchedAsset(job_id, "arrays", result, vertices, faces, uvs, maps=maps)
