"""Reads a glTF material, its factors and its textures, as our maps."""

from typing import Any

import numpy as np
from PIL import Image

from maquette.assets.color import linear_to_srgb, srgb_to_linear
from maquette.assets.images import Pixels, decode_image, without_plain_alpha
from maquette.assets.material import Material, read_alpha_mode
from maquette.protocol import bad_input

from .check import Header, items, number

_FLAT_NORMAL = (128, 128, 255)
_PLAIN_SIZE = 4  # pixels; of maps that are one colour


def read_material(header: Header, binary: bytes, index: int) -> Material:
    """Material number `index` of a checked header; one past the last is glTF's default, plain white.

    All maps come out square and of the size of the largest. Raises bad_input for pictures that cannot be
    read.
    """
    described = items(header, "materials")[index] if index < len(items(header, "materials")) else {}
    pbr = _object(described, "pbrMetallicRoughness")
    pictures = {
        "base_color": _read_texture(header, binary, pbr.get("baseColorTexture")),
        "metallic_roughness": _read_texture(header, binary, pbr.get("metallicRoughnessTexture")),
        "occlusion": _read_texture(header, binary, described.get("occlusionTexture")),
        "normal": _read_texture(header, binary, described.get("normalTexture")),
        "emissive": _read_texture(header, binary, described.get("emissiveTexture")),
    }
    size = max([max(p.shape[:2]) for p in pictures.values() if p is not None], default=_PLAIN_SIZE)
    maps = {name: _resize(picture, size) for name, picture in pictures.items() if picture is not None}
    white = np.full((size, size, 4), 255, dtype=np.uint8)
    base = _tint(maps.get("base_color", white), _factors(pbr, "baseColorFactor", 4, 1.0), srgb=True)
    surface = maps.get("metallic_roughness", white)
    scales = (1.0, _factor(pbr, "roughnessFactor", 1.0), _factor(pbr, "metallicFactor", 1.0))
    occlusion = maps.get("occlusion", white)[..., 0]
    orm = _tint(np.dstack([occlusion, surface[..., 1], surface[..., 2]]), scales, srgb=False)
    flat = np.full((size, size, 3), _FLAT_NORMAL, dtype=np.uint8)
    return Material(
        base_color=without_plain_alpha(base),
        orm=orm,
        normal=maps["normal"][..., :3].copy() if "normal" in maps else flat,
        emissive=_read_emission(described, maps.get("emissive", white)),
        alpha_mode=read_alpha_mode(described.get("alphaMode", "OPAQUE")),
        name=str(described.get("name", "material")),
    )


def _read_emission(described: Header, picture: Pixels) -> Pixels | None:
    factors = _factors(described, "emissiveFactor", 3, 0.0)
    return _tint(picture[..., :3], factors, srgb=True) if any(factors) else None


def _read_texture(header: Header, binary: bytes, reference: Any) -> Pixels | None:
    """The picture behind a texture reference, or None where there is none."""
    if not isinstance(reference, dict):
        return None
    textures, images, views = (items(header, key) for key in ("textures", "images", "bufferViews"))
    texture = textures[number(reference, "index", None, len(textures))]
    webp = _object(_object(texture, "extensions"), "EXT_texture_webp")
    image = images[number(webp or texture, "source", None, len(images))]
    view = views[number(image, "bufferView", None, len(views))]
    start = view.get("byteOffset", 0)
    return decode_image(binary[start : start + view["byteLength"]])


def _resize(picture: Pixels, size: int) -> Pixels:
    if picture.shape[:2] == (size, size):
        return picture
    # channels apart: resizing RGBA as one would weigh colours by alpha, which is right for pictures, not for
    # data
    channels = [
        Image.fromarray(picture[..., c]).resize((size, size), Image.Resampling.BICUBIC) for c in range(4)
    ]
    return np.dstack([np.asarray(channel) for channel in channels])


def _tint(picture: Pixels, factors: tuple[float, ...], srgb: bool) -> Pixels:
    """Multiplies channels by linear factors; sRGB is made linear in between."""
    if all(factor == 1.0 for factor in factors):
        return picture
    tinted = picture.copy()
    levels = np.arange(256) / 255
    for channel, factor in enumerate(factors):
        in_srgb = srgb and channel < 3
        scaled = linear_to_srgb(srgb_to_linear(levels) * factor) if in_srgb else levels * factor
        tinted[..., channel] = np.rint(255 * scaled).astype(np.uint8)[picture[..., channel]]
    return tinted


def _object(item: Header, key: str) -> Header:
    value = item.get(key)
    return value if isinstance(value, dict) else {}


def _factor(item: Header, key: str, default: float) -> float:
    value = item.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise bad_input(f"the GLB material has {key} {str(value)[:40]}, outside 0 to 1: export it again")
    return float(value)


def _factors(item: Header, key: str, count: int, default: float) -> tuple[float, ...]:
    values = item.get(key, [default] * count)
    if not isinstance(values, list) or len(values) != count:
        raise bad_input(f"the GLB material's {key} is not a list of {count} numbers: export it again")
    return tuple(_factor({key: value}, key, default) for value in values)
