"""Pictures and meshes from strangers: read right, or refused as bad input, and never anything else."""

import contextlib
import io
import struct
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from maquette.protocol import MaquetteError
from maquette.worker.inputs import read_image, read_maps, read_mask, read_mesh

SIZE = (7, 5)  # width, height


def save(path: Path, image: Image.Image, **options: object) -> Path:
    image.save(path, **options)  # type: ignore[arg-type]
    return path


def refused(path: Path) -> str:
    with pytest.raises(MaquetteError) as info:
        read_image(path)
    assert info.value.code == "bad_input"
    assert info.value.remedy == "change_input"
    return info.value.message


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "I;16"])
def test_every_png_becomes_rgba(tmp_path: Path, mode: str) -> None:
    pixels = read_image(save(tmp_path / "image_0.png", Image.new(mode, SIZE)))
    assert pixels.shape == (5, 7, 4)
    assert pixels.dtype == np.uint8


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_every_jpeg_becomes_rgba(tmp_path: Path, mode: str) -> None:
    pixels = read_image(save(tmp_path / "image_0.jpg", Image.new(mode, SIZE), format="JPEG"))
    assert pixels.shape == (5, 7, 4)
    assert (pixels[..., 3] == 255).all()


def test_webp_is_read_with_its_alpha(tmp_path: Path) -> None:
    path = save(tmp_path / "image_0.webp", Image.new("RGBA", SIZE, (9, 8, 7, 128)), lossless=True)
    assert (read_image(path) == (9, 8, 7, 128)).all()


def test_sixteen_bits_are_scaled_not_clipped(tmp_path: Path) -> None:
    grey = Image.fromarray(np.full((5, 7), 0x8000, dtype=np.uint16))
    assert (read_image(save(tmp_path / "image_0.png", grey))[..., 0] == 0x80).all()


def test_a_palette_with_alpha_keeps_it(tmp_path: Path) -> None:
    image = Image.new("P", SIZE, 1)
    image.putpalette([0, 0, 0, 10, 20, 30])
    path = save(tmp_path / "image_0.png", image, transparency=bytes([255, 77]))
    assert (read_image(path) == (10, 20, 30, 77)).all()


def test_a_photograph_is_turned_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise to see it upright
    image = Image.new("RGB", SIZE, "black")
    image.putpixel((0, 0), (255, 255, 255))
    pixels = read_image(save(tmp_path / "image_0.png", image, exif=exif.tobytes()))
    assert pixels.shape == (7, 5, 4)
    assert pixels[0, 4, 0] == 255


def test_the_first_frame_of_an_animation_is_taken(tmp_path: Path) -> None:
    frames = [Image.new("RGB", SIZE, color) for color in ("red", "blue")]
    path = save(tmp_path / "image_0.webp", frames[0], save_all=True, append_images=frames[1:], lossless=True)
    assert (read_image(path)[..., :3] == (255, 0, 0)).all()


def png_header(width: int, height: int, pixels: bytes = b"") -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(9000, 9000), (20000, 20000), (4097, 4096), (16385, 1), (2**31 - 1, 1)])
def test_a_bomb_is_refused_from_its_header(tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "image_0.png"
    path.write_bytes(png_header(*size, zlib.compress(bytes(1000))))
    refused(path)


def test_sixteen_megapixels_are_still_taken(tmp_path: Path) -> None:
    path = save(tmp_path / "image_0.png", Image.new("1", (4096, 4096)))
    assert read_image(path).shape == (4096, 4096, 4)


@pytest.mark.parametrize("extension", ["gif", "bmp", "tiff", "ppm", "ico", "tga"])
def test_other_formats_are_refused_whatever_they_are_called(tmp_path: Path, extension: str) -> None:
    encoded = io.BytesIO()
    Image.new("RGB", (32, 32)).save(encoded, extension.upper())
    path = tmp_path / "image_0.png"
    path.write_bytes(encoded.getvalue())
    assert "cannot be read" in refused(path)


@pytest.mark.parametrize(
    "data", [b"", b"%!PS-Adobe-3.0 EPSF-3.0\n", b"<svg xmlns='http://x'/>", b"SIMPLE  = T" + b" " * 3000]
)
def test_no_picture_at_all_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "image_0.png"
    path.write_bytes(data)
    assert "image_0" in refused(path)


def test_a_text_bomb_is_refused(tmp_path: Path) -> None:
    text = b"Comment\0\0" + zlib.compress(bytes(200 << 20))
    whole = png_header(1, 1, zlib.compress(bytes(4)))
    chunk = struct.pack(">I", len(text)) + b"zTXt" + text + struct.pack(">I", zlib.crc32(b"zTXt" + text))
    path = tmp_path / "image_0.png"
    path.write_bytes(whole[:33] + chunk + whole[33:])
    refused(path)


@pytest.mark.parametrize("tenth", range(10))
@pytest.mark.parametrize("extension", ["png", "jpg", "webp"])
def test_a_cut_picture_is_refused(tmp_path: Path, extension: str, tenth: int) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    path = save(tmp_path / f"image_0.{extension}", Image.fromarray(noise))
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * tenth // 10])
    refused(path)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_picture_is_read_or_refused_and_nothing_else(tmp_path: Path, data: st.DataObject) -> None:
    extension = data.draw(st.sampled_from(["png", "jpg", "webp"]))
    path = save(tmp_path / f"image_0.{extension}", Image.new("RGB", (16, 16), "teal"))
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    with contextlib.suppress(MaquetteError):
        assert read_image(path).shape[2] == 4


def put(
    folder: Path,
    vertices: npt.NDArray[np.float32] | None = None,
    faces: list[list[int]] | None = None,
    uvs: npt.NDArray[np.float32] | None = None,
    polygons: list[int] | None = None,
) -> Path:
    """A triangle, but for what is given."""
    np.save(folder / "vertices.npy", np.eye(3, dtype=np.float32) if vertices is None else vertices)
    triangles = np.array([[0, 1, 2]] if faces is None else faces, dtype=np.int32).reshape(-1, 3)
    np.save(folder / "faces.npy", triangles)
    if uvs is not None:
        np.save(folder / "uvs.npy", uvs)
    if polygons is not None:
        np.save(folder / "polygons.npy", np.array(polygons, dtype=np.int32))
    return folder


def test_a_mesh_is_read_with_its_uvs_and_polygons(tmp_path: Path) -> None:
    uvs = np.random.default_rng(0).random((1, 3, 2), dtype=np.float32)
    mesh = read_mesh(put(tmp_path, uvs=uvs, polygons=[7]))
    assert mesh is not None
    assert np.array_equal(mesh.vertices, np.eye(3))
    assert np.array_equal(mesh.faces, [[0, 1, 2]])
    assert mesh.uvs is not None
    assert np.array_equal(mesh.uvs, uvs)
    assert mesh.polygons is not None
    assert mesh.polygons.tolist() == [7]


def test_no_mesh_is_none(tmp_path: Path) -> None:
    assert read_mesh(tmp_path) is None


def corner(value: float) -> npt.NDArray[np.float32]:
    vertices = np.eye(3, dtype=np.float32)
    vertices[1, 2] = value
    return vertices


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"vertices": np.zeros((0, 3), np.float32)}, "0 vertices"),
        ({"faces": []}, "0 triangles"),
        ({"faces": [[0, 1, 3]]}, "vertex 3 of 3"),
        ({"faces": [[0, -1, 2]]}, "vertex -1 of 3"),
        ({"faces": [[0, 1, 2**31 - 1]]}, "vertex 2147483647"),
        ({"vertices": corner(np.nan)}, "not finite"),
        ({"vertices": corner(np.inf)}, "not finite"),
        ({"vertices": corner(-np.inf)}, "not finite"),
        ({"vertices": corner(2e6)}, "1000 km"),
        ({"uvs": np.zeros((2, 3, 2), np.float32)}, "UVs"),
        ({"uvs": np.full((1, 3, 2), np.nan, np.float32)}, "UVs"),
        ({"polygons": [0, 0]}, "2 polygon numbers for 1 triangles"),
    ],
)
def test_what_is_no_mesh_is_refused(tmp_path: Path, arrays: dict[str, object], said: str) -> None:
    with pytest.raises(MaquetteError, match=said) as info:
        read_mesh(put(tmp_path, **arrays))  # type: ignore[arg-type]
    assert info.value.code == "bad_input"


def test_maps_are_brought_to_the_size_of_the_base_color(tmp_path: Path) -> None:
    save(tmp_path / "base_color.png", Image.new("RGB", (64, 32), (200, 100, 50)))
    save(tmp_path / "orm.png", Image.new("RGB", (16, 16), (10, 20, 30)))
    maps = read_maps(tmp_path)
    assert maps is not None
    assert maps.base_color.shape == (64, 64, 3)
    assert (maps.base_color == (200, 100, 50)).all()
    assert (maps.orm == (10, 20, 30)).all()
    assert maps.orm.shape == maps.normal.shape == (64, 64, 3)
    assert (maps.normal == (128, 128, 255)).all()
    assert maps.emissive is None
    assert maps.alpha_mode == "OPAQUE"


def test_maps_need_a_base_color(tmp_path: Path) -> None:
    save(tmp_path / "orm.png", Image.new("RGB", (16, 16)))
    assert read_maps(tmp_path) is None


def test_a_mask_is_bright_where_something_may_change(tmp_path: Path) -> None:
    assert read_mask(tmp_path) is None
    picture = Image.new("RGBA", (8, 8), (0, 0, 0, 255))
    picture.putpixel((2, 1), (255, 255, 255, 255))
    picture.putpixel((3, 1), (255, 255, 255, 0))
    save(tmp_path / "mask.png", picture)
    mask = read_mask(tmp_path)
    assert mask is not None
    assert mask.shape == (8, 8)
    assert np.argwhere(mask > 127).tolist() == [[1, 2]]
