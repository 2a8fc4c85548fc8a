"""The whole contract between client, server and worker: standard library and numpy only."""

from .errors import CODES, REMEDIES, MaquetteError, ProtocolError, bad_input
from .framing import PROTOCOL_VERSION, Buffer, Envelope, Frame, Json, decode, encode
from .recipe import Parameter, RecipeDescription

__all__ = [
    "CODES",
    "PROTOCOL_VERSION",
    "REMEDIES",
    "Buffer",
    "Envelope",
    "Frame",
    "Json",
    "MaquetteError",
    "Parameter",
    "ProtocolError",
    "RecipeDescription",
    "bad_input",
    "decode",
    "encode",
]
