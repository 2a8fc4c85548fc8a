"""Looks an untrusted glTF header over before anything is allocated or followed: every number that a reader
would trust is held against the bytes that are really there."""

from typing import Any, Final

from maquette.protocol import bad_input

MAX_ELEMENTS: Final = 30_000_000  # vertices or indices, counted once for every node that shows them
_MAX_NODES: Final = 100_000
_MAX_DEPTH: Final = 100
_COMPONENT_BYTES: Final = {5120: 1, 5121: 1, 5122: 2, 5123: 2, 5125: 4, 5126: 4}
_COMPONENTS: Final = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}
_INDEX_TYPES: Final = (5121, 5123, 5125)
_READ: Final = {"POSITION": "VEC3", "NORMAL": "VEC3", "TEXCOORD_0": "VEC2"}  # attributes, as float32
_FLOAT32: Final = 5126
# Extensions that change nothing but looks beyond the metallic-roughness model.
_HARMLESS: Final = ("KHR_materials_", "EXT_texture_webp", "KHR_lights_punctual", "KHR_xmp")

Header = dict[str, Any]


def check_header(header: Header, binary_bytes: int) -> None:
    """Raises bad_input, in one sentence, for a header that reaches outside its file, hides data, or blows up.

    Afterwards every buffer view lies in the binary chunk, every accessor in its view, every index used by
    meshes and nodes exists, nodes form a forest, and the scene shows at most MAX_ELEMENTS vertices and
    indices.
    """
    for name in _list_of(header, "extensionsRequired", str):
        if not name.startswith(_HARMLESS):
            raise bad_input(f"the GLB file needs the extension {name[:80]}: export it without that extension")
    for kind in ("buffers", "images"):
        for item in items(header, kind):
            if "uri" in item:
                raise bad_input(
                    f"the GLB file keeps its {kind} elsewhere ({str(item['uri'])[:60]!r}): "
                    "export it with everything inside"
                )
    if len(items(header, "buffers")) > 1:
        raise bad_input("the GLB file has several buffers: export it as one file")
    _check_views(header, binary_bytes)
    _check_accessors(header)
    elements = [_check_mesh(header, mesh) for mesh in items(header, "meshes")]
    _check_nodes(header, elements)


def items(header: Header, key: str) -> list[Header]:
    """The list of objects under the key, which may be absent."""
    return _list_of(header, key, dict)


def number(item: Header, key: str, default: int | None, limit: int) -> int:
    """A whole number from 0 to below `limit`; `default` where it is absent."""
    value = item.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < limit:
        raise bad_input(
            f"the GLB file has {key} {str(value)[:40]}, outside 0 to {limit - 1}: export it again"
        )
    return value


def _list_of(header: Header, key: str, kind: type) -> list[Any]:
    value = header.get(key, [])
    if not isinstance(value, list) or not all(isinstance(entry, kind) for entry in value):
        raise bad_input(f"the GLB file's {key} is not a list of {kind.__name__}: export it again")
    return value


def _check_views(header: Header, binary_bytes: int) -> None:
    buffers = items(header, "buffers")
    for view in items(header, "bufferViews"):
        number(view, "buffer", None, len(buffers))
        start = number(view, "byteOffset", 0, binary_bytes + 1)
        number(view, "byteLength", None, binary_bytes - start + 1)
        number(view, "byteStride", 4, 253)


def _check_accessors(header: Header) -> None:
    views = items(header, "bufferViews")
    for accessor in items(header, "accessors"):
        if "sparse" in accessor or "bufferView" not in accessor:
            raise bad_input("the GLB file has a sparse or empty accessor: export it without sparse data")
        view = views[number(accessor, "bufferView", None, len(views))]
        # held against lists: what the file says may not even be hashable
        kind, shape = accessor.get("componentType"), accessor.get("type")
        if kind not in list(_COMPONENT_BYTES) or shape not in list(_COMPONENTS):
            raise bad_input("the GLB file has an accessor of unknown type: export it again")
        item_bytes = _COMPONENT_BYTES[kind] * _COMPONENTS[shape]
        count = number(accessor, "count", None, MAX_ELEMENTS)
        start = number(accessor, "byteOffset", 0, view["byteLength"] + 1)
        stride = view.get("byteStride", item_bytes)
        if stride < item_bytes or (count and start + (count - 1) * stride + item_bytes > view["byteLength"]):
            raise bad_input(
                f"a GLB accessor of {count} elements reaches past its {view['byteLength']} bytes: "
                "export the file again"
            )


def _check_mesh(header: Header, mesh: Header) -> int:
    """Checks the mesh's primitives; returns how many vertices and indices it has."""
    accessors = items(header, "accessors")
    materials = items(header, "materials")
    elements = 0
    for primitive in items(mesh, "primitives"):
        number(primitive, "material", 0, max(len(materials), 1))
        attributes = primitive.get("attributes")
        if not isinstance(attributes, dict):
            raise bad_input("the GLB file has a primitive without attributes: export it again")
        position = accessors[number(attributes, "POSITION", None, len(accessors))]
        for name in attributes:
            accessor = accessors[number(attributes, name, None, len(accessors))]
            if accessor["count"] != position["count"]:
                raise bad_input(f"the GLB attribute {name[:40]} does not fit its positions: export it again")
            if name in _READ and (accessor["type"], accessor["componentType"]) != (_READ[name], _FLOAT32):
                raise bad_input(
                    f"the GLB attribute {name} is not a {_READ[name]} of floats: export it as such"
                )
        elements += position["count"]
        if "indices" in primitive:
            indices = accessors[number(primitive, "indices", None, len(accessors))]
            if indices["type"] != "SCALAR" or indices["componentType"] not in _INDEX_TYPES:
                raise bad_input("the GLB file has indices that are no whole numbers: export it again")
            elements += indices["count"]
    return elements


def _check_nodes(header: Header, elements: list[int]) -> None:
    """Walks the scene as a reader would: no node twice, not too deep, not too much shown."""
    nodes, scenes = items(header, "nodes"), items(header, "scenes")
    if len(nodes) > _MAX_NODES:
        raise bad_input(
            f"the GLB file has {len(nodes)} nodes, above {_MAX_NODES}: join objects before exporting"
        )
    if not scenes:
        raise bad_input("the GLB file has no scene: export it again")
    scene = scenes[number(header, "scene", 0, len(scenes))]
    level = _children(scene, "nodes", len(nodes))
    seen: set[int] = set()
    shown = depth = 0
    while level:
        depth += 1
        if depth > _MAX_DEPTH or len(set(level)) != len(level) or seen.intersection(level):
            raise bad_input(
                f"the GLB file's nodes are circular, shared or over {_MAX_DEPTH} deep: export it again"
            )
        seen.update(level)
        shown += sum(
            elements[number(nodes[n], "mesh", None, len(elements))] for n in level if "mesh" in nodes[n]
        )
        if shown > MAX_ELEMENTS:
            raise bad_input(f"the GLB scene shows over {MAX_ELEMENTS} vertices and indices: simplify it")
        level = [child for n in level for child in _children(nodes[n], "children", len(nodes))]


def _children(item: Header, key: str, limit: int) -> list[int]:
    return [number({key: child}, key, None, limit) for child in _list_of(item, key, int)]
