"""The GLB container: a header, one JSON chunk and one binary chunk (glTF 2.0 specification, section 4.4)."""

import json
import struct
from typing import Any, Final

from maquette.protocol import bad_input

_MAGIC: Final = 0x46546C67  # "glTF"
_JSON: Final = 0x4E4F534A  # "JSON"
_BIN: Final = 0x004E4942  # "BIN\0"
_MAX_JSON_BYTES: Final = 16 * 1024 * 1024


def join_glb(header: dict[str, Any], binary: bytes) -> bytes:
    """One GLB file. Chunks are padded to four bytes: JSON with spaces, binary with zeros."""
    text = json.dumps(header, separators=(",", ":"), allow_nan=False).encode()
    text += b" " * (-len(text) % 4)
    binary += b"\0" * (-len(binary) % 4)
    size = 12 + 8 + len(text) + 8 + len(binary)
    return b"".join(
        [
            struct.pack("<III", _MAGIC, 2, size),
            struct.pack("<II", len(text), _JSON),
            text,
            struct.pack("<II", len(binary), _BIN),
            binary,
        ]
    )


def split_glb(data: bytes) -> tuple[dict[str, Any], bytes]:
    """The JSON header and the binary chunk (maybe empty) of an untrusted file; raises bad_input."""
    if len(data) < 20:
        raise bad_input(f"a GLB file of {len(data)} bytes is too short: export it again")
    magic, version, size = struct.unpack_from("<III", data)
    if magic != _MAGIC:
        raise bad_input("the file is not a GLB file: export the mesh as glTF binary (.glb)")
    if version != 2:
        raise bad_input(f"the GLB file is of glTF version {version}: export it as glTF 2.0")
    if size != len(data):
        raise bad_input(f"the GLB file says {size} bytes but has {len(data)}: it is damaged, export it again")
    chunks = _chunks(data)
    if not chunks or chunks[0][0] != _JSON:
        raise bad_input("the GLB file does not start with its JSON chunk: it is damaged, export it again")
    binary = chunks[1][1] if len(chunks) > 1 and chunks[1][0] == _BIN else b""
    return _parse(chunks[0][1]), binary


def _chunks(data: bytes) -> list[tuple[int, bytes]]:
    chunks: list[tuple[int, bytes]] = []
    start = 12
    while start < len(data) and len(chunks) < 2:  # chunks after the second are extensions: ignored
        if start + 8 > len(data):
            raise bad_input("the GLB file ends inside a chunk header: it is damaged, export it again")
        length, kind = struct.unpack_from("<II", data, start)
        if start + 8 + length > len(data):
            raise bad_input(
                f"a GLB chunk of {length} bytes reaches past the file: it is damaged, export it again"
            )
        chunks.append((kind, data[start + 8 : start + 8 + length]))
        start += 8 + length
    return chunks


def _parse(text: bytes) -> dict[str, Any]:
    if len(text) > _MAX_JSON_BYTES:
        raise bad_input(f"the GLB header of {len(text)} bytes is above {_MAX_JSON_BYTES}: simplify the scene")
    try:
        header = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise bad_input("the GLB file's JSON cannot be read: it is damaged, export it again") from error
    if not isinstance(header, dict):
        raise bad_input("the GLB file's JSON is not an object: it is damaged, export it again")
    return header
