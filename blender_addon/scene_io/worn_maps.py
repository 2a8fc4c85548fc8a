# SPDX-License-Identifier: GPL-3.0-or-later
"""The maps that a mesh wears: pictures and plain values behind the sockets of its Principled material.

What lies behind a socket is followed through the nodes that only choose a channel. What is computed by other
nodes is no map: it has to be baked first, and is refused by name.
"""

from dataclasses import dataclass, field
from typing import Any

import bpy
import numpy as np
import numpy.typing as npt

from maquette.protocol import Frame, MaquetteError, bad_input

from .images import encoded, pixels, to_bytes, to_srgb
from .material import GLTF_GROUP, principled
from .png import encode_png
from .selection import Subject

_CHANNELS = {"Red": 0, "Green": 1, "Blue": 2}
_ALL = -1

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Source:
    """What lies behind a socket: a picture, or one channel of it, or a plain value."""

    image: bpy.types.Image | None = None
    channel: int = _ALL
    value: tuple[float, ...] = ()


@dataclass(frozen=True)
class Worn:
    """The sockets of one material. `uv_map` is "" where its pictures lie on the map that renders."""

    uv_map: str
    sources: dict[str, Source] = field(default_factory=dict)


def look(subject: Subject) -> Worn | str:
    """The maps, or why there are none that can be read, in words for the panel."""
    try:
        return find(subject)
    except MaquetteError as error:
        return error.message


def find(subject: Subject) -> Worn:
    """Raises bad_input where the material is none that can be read, naming what to do."""
    item = subject.item
    worn = {item.material_slots[slot].material for slot in subject.slots}
    if len(worn) > 1:
        raise bad_input(f"{item.name} wears {len(worn)} materials: choose its active slot instead of all")
    if not worn or worn == {None}:
        raise bad_input(f"{item.name} has no material yet: texture it first")
    material = worn.pop()
    shader = principled(material)
    if material is None or shader is None:
        name = material.name if material is not None else item.name
        raise bad_input(f"{name} shows no Principled BSDF: texture it first")
    sockets = {name: shader.inputs[name] for name in ("Base Color", "Roughness", "Metallic", "Normal")}
    occlusion = _occlusion(material)
    if occlusion is not None:
        sockets["Occlusion"] = occlusion
    sources, maps = {}, set()
    for name, socket in sockets.items():
        sources[name], node = _behind(socket, f"{name} of {material.name}")
        if node is not None:
            maps.add(_uv_map(node, item, f"{name} of {material.name}"))
    if len(maps) > 1:
        raise bad_input(f"The maps of {material.name} lie on several UV maps ({', '.join(sorted(maps))})")
    return Worn(maps.pop() if maps else "", sources)


def encode(worn: Worn, size: int) -> dict[str, Frame]:
    """The frames base_color, orm and normal. Plain values become flat maps; `size` counts where all are."""
    sources = worn.sources
    sizes = [max(s.image.size) for s in sources.values() if s.image is not None]
    side = max(sizes, default=size)
    frames = {"base_color": _color_frame(sources["Base Color"], side), "orm": _orm_frame(sources)}
    normal = sources["Normal"]
    if normal.image is not None:
        frames["normal"] = encoded(normal.image)
    return frames


def _color_frame(source: Source, side: int) -> Frame:
    if source.image is not None:
        return encoded(source.image)
    flat = to_bytes(to_srgb(np.array(source.value[:3], np.float32)))
    return Frame("image/png", encode_png(np.broadcast_to(flat, (side, side, 3))))


def _orm_frame(sources: dict[str, Source]) -> Frame:
    plain = Source(value=(1.0,))
    channels = [sources.get(name, plain) for name in ("Occlusion", "Roughness", "Metallic")]
    images = {source.image for source in channels if source.image is not None}
    in_place = [
        source.channel == number for number, source in enumerate(channels) if source.image is not None
    ]
    if len(images) == 1 and len(in_place) == len(channels) and all(in_place):
        return encoded(images.pop())
    side = max((max(image.size) for image in images), default=16)
    read = {image: pixels(image) for image in images}
    stacked = np.stack([_channel(source, read, side) for source in channels], axis=-1)
    return Frame("image/png", encode_png(to_bytes(stacked)))


def _channel(source: Source, read: dict[bpy.types.Image, Floats], side: int) -> Floats:  # [S, S]
    if source.image is None:
        return np.full((side, side), source.value[0], np.float32)
    picture = read[source.image]
    values = picture[..., :3].mean(axis=2) if source.channel == _ALL else picture[..., source.channel]
    rows, columns = (np.arange(side) * length // side for length in values.shape)
    return np.asarray(values[rows][:, columns], np.float32)


def _behind(socket: Any, what: str) -> tuple[Source, Any]:
    """What lies behind a socket, and the texture node if it is a picture."""
    channel = _ALL
    while socket.is_linked:
        link = socket.links[0]
        node = link.from_node
        if node.type == "TEX_IMAGE" and node.image is not None:
            is_alpha = link.from_socket.name == "Alpha"
            return Source(node.image, 3 if is_alpha else channel), node
        if node.type == "REROUTE":
            socket = node.inputs[0]
        elif node.type == "NORMAL_MAP" and node.space == "TANGENT":
            socket = node.inputs["Color"]
        elif node.type == "SEPARATE_COLOR" and node.mode == "RGB":
            channel, socket = _CHANNELS[link.from_socket.name], node.inputs[0]
        elif node.type == "RGB" or node.type == "VALUE":
            return Source(value=_value(node.outputs[0])), None
        else:
            raise bad_input(
                f"{what} is made by the node {node.name}, not by a picture: bake it to an image first"
            )
    return Source(value=_value(socket)), None


def _value(socket: Any) -> tuple[float, ...]:
    value = socket.default_value
    return (value,) if isinstance(value, float | int) else tuple(value)


def _uv_map(node: Any, item: bpy.types.Object, what: str) -> str:
    """The UV map that a picture lies on. Raises bad_input where it is placed in another way."""
    vector, name = node.inputs["Vector"], ""
    if node.projection == "FLAT" and vector.is_linked:
        link = vector.links[0]
        if link.from_node.type == "UVMAP":
            name = link.from_node.uv_map
        elif link.from_node.type != "TEX_COORD" or link.from_socket.name != "UV":
            raise bad_input(f"{what} is placed by the node {link.from_node.name}: bake it to an image first")
    elif node.projection != "FLAT":
        raise bad_input(f"{what} is projected as {node.projection.lower()}: bake it to an image first")
    layers: Any = item.data
    shown = next((layer.name for layer in layers.uv_layers if layer.active_render), "")
    return name or shown


def _occlusion(material: bpy.types.Material) -> Any:
    """The socket that Blender's glTF exporter reads occlusion from."""
    tree: Any = material.node_tree
    groups = (node for node in tree.nodes if node.type == "GROUP" and node.node_tree is not None)
    group = next((node for node in groups if node.node_tree.name == GLTF_GROUP), None)
    return group.inputs.get("Occlusion") if group is not None else None
