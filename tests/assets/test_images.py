import contextlib
import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from maquette.assets.images import decode_image, encode_maps, encode_png
from maquette.protocol import MaquetteError

from .shapes import noisy_material


def _encode(image: Image.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


@pytest.mark.parametrize("shape", [(5, 7, 3), (5, 7, 4), (5, 7)])
def test_png_keeps_every_pixel(shape):
    pixels = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    read = decode_image(encode_png(pixels))
    assert read.shape == (5, 7, 4)
    expected = pixels if pixels.ndim == 3 else np.dstack([pixels] * 3)
    np.testing.assert_array_equal(read[..., : expected.shape[2]], expected)


def test_a_material_has_one_picture_a_map():
    assert list(encode_maps(noisy_material(8, 0))) == ["base_color", "orm", "normal", "emissive"]


def test_a_flat_map_shrinks_to_nothing():
    assert len(encode_png(np.full((1024, 1024, 3), 128, dtype=np.uint8))) < 20_000


@pytest.mark.parametrize(("kind", "tolerance"), [("JPEG", 12), ("WEBP", 12), ("PNG", 0)])
def test_the_three_formats_are_read(kind, tolerance):
    ramp = np.tile(np.arange(0, 256, 4, dtype=np.uint8)[None, :, None], (64, 1, 3))
    read = decode_image(_encode(Image.fromarray(ramp), kind))
    assert np.abs(read[..., :3].astype(int) - ramp).max() <= tolerance
    assert (read[..., 3] == 255).all()


def test_sixteen_bit_greys_are_scaled_not_clipped():
    levels = np.array([[0, 257 * 100, 65535]], dtype=np.uint16)
    read = decode_image(_encode(Image.fromarray(levels), "PNG"))
    assert read[0, :, 0].tolist() == [0, 100, 255]


def test_palettes_keep_their_transparency_and_cmyk_its_colour():
    palette = Image.new("P", (2, 1))
    palette.putpalette([255, 0, 0, 0, 0, 255])
    palette.putpixel((1, 0), 1)
    read = decode_image(_encode(palette, "PNG", transparency=1))
    assert read[0].tolist() == [[255, 0, 0, 255], [0, 0, 255, 0]]
    cyan = decode_image(_encode(Image.new("CMYK", (8, 8), (255, 0, 0, 0)), "JPEG"))
    assert cyan[4, 4, 0] < 20
    assert cyan[4, 4, 1] > 200


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_brings_the_picture_upright(orientation):
    upright = np.zeros((16, 24, 3), dtype=np.uint8)
    upright[:8, :12] = 255  # the top left quarter is white
    undo = {
        1: lambda a: a,
        2: lambda a: a[:, ::-1],
        3: lambda a: a[::-1, ::-1],
        4: lambda a: a[::-1],
        5: lambda a: a.transpose(1, 0, 2),
        6: lambda a: a.transpose(1, 0, 2)[::-1],
        7: lambda a: a[::-1, ::-1].transpose(1, 0, 2),
        8: lambda a: a.transpose(1, 0, 2)[:, ::-1],
    }
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = np.ascontiguousarray(undo[orientation](upright))
    read = decode_image(_encode(Image.fromarray(stored), "PNG", exif=exif))
    np.testing.assert_array_equal(read[..., :3], upright)


@pytest.mark.parametrize("side", [4097, 10_000, 30_000, 2**31 - 1])
def test_a_bomb_is_refused_from_its_header(side):
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    png = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    png += struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    with pytest.raises(MaquetteError, match="above 16 megapixels") as caught:
        decode_image(png)
    assert caught.value.code == "bad_input"


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "PPM"])
def test_other_formats_are_refused(kind):
    with pytest.raises(MaquetteError, match="its format is unknown"):
        decode_image(_encode(Image.new("RGB", (4, 4)), kind))


@given(st.data())
def test_damaged_pictures_are_bad_input_and_nothing_else(data):
    kind = data.draw(st.sampled_from(["PNG", "JPEG", "WEBP"]))
    sound = bytearray(_encode(Image.linear_gradient("L").resize((16, 16)).convert("RGB"), kind))
    for _ in range(data.draw(st.integers(1, 4))):
        sound[data.draw(st.integers(0, len(sound) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(sound)))
    with contextlib.suppress(MaquetteError):  # anything else fails the test
        decode_image(bytes(sound[:cut]))
