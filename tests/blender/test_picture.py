from pathlib import Path

import bpy
import pytest

from blender_addon.scene_io import picture
from maquette.protocol import MaquetteError

from .shapes import png

pytestmark = pytest.mark.blender


def saved(path: Path, kind: str, size: int) -> Path:
    image = bpy.data.images.new("Picture", size, size // 2)
    image.file_format = kind
    image.save(filepath=str(path))
    bpy.data.images.remove(image)
    return path


def test_png_jpeg_and_webp_are_sent_as_they_are(tmp_path: Path) -> None:
    for name, kind in (("a.png", "PNG"), ("a.jpg", "JPEG"), ("a.webp", "WEBP")):
        path = saved(tmp_path / name, kind, 16)
        frame = picture.read_picture(path)
        assert (frame.kind, frame.data) == (f"image/{kind.lower()}", path.read_bytes())


def test_other_formats_become_png(tmp_path: Path) -> None:
    frame = picture.read_picture(saved(tmp_path / "a.tif", "TIFF", 16))
    assert frame.kind == "image/png"
    assert bytes(frame.data).startswith(b"\x89PNG")
    assert not bpy.data.images


def test_a_huge_picture_is_made_smaller(tmp_path: Path) -> None:
    frame = picture.read_picture(saved(tmp_path / "a.bmp", "BMP", 4096))
    path = tmp_path / "sent.png"
    path.write_bytes(frame.data)
    assert tuple(bpy.data.images.load(str(path)).size) == (2048, 1024)


@pytest.mark.parametrize("content", [b"", b"not a picture", png((1, 2, 3))[:8]])
def test_what_is_no_picture_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.tif"
    path.write_bytes(content)
    if content.startswith(b"\x89PNG"):
        assert (
            picture.read_picture(path).kind == "image/png"
        )  # the backend decodes it, and says what is wrong
        return
    with pytest.raises(MaquetteError, match=r"notes\.tif is no image"):
        picture.read_picture(path)


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(MaquetteError, match=r"gone\.png cannot be read"):
        picture.read_picture(tmp_path / "gone.png")
