"""The sizes of the starter model's networks."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ShapeConfig:
    """The autoencoder: a grid of distances to `code` numbers, and from them distance and part anywhere."""

    resolution: int = 32  # cells of the grid along each side
    patch: int = 4  # cells of a patch along each side
    patch_channels: int = 16  # numbers that a patch is first reduced to
    code: int = 384  # numbers of a shape
    width: int = 96  # channels of the mixers
    hidden_places: int = 256
    encoder_blocks: int = 2
    decoder_blocks: int = 3
    fine_channels: int = 32  # at half the grid's resolution
    fine_blocks: int = 1
    feature_channels: int = 16  # at the grid's resolution
    hidden: int = 64  # of the network at a point
    slots: int = 8  # parts that a shape may have

    @property
    def patches(self) -> int:
        return (self.resolution // self.patch) ** 3


@dataclass(frozen=True)
class FlowConfig:
    """The transformer over a shape's code and its parts' materials."""

    tokens: int = 16  # of the code
    token_channels: int = 24
    slots: int = 8
    slot_channels: int = 6  # sRGB, metallic, roughness, whether the part is there
    width: int = 256
    blocks: int = 6
    heads: int = 4
    context_blocks: int = 2  # of the text encoder, and of the image encoder
    words: int = 24
    word_buckets: int = 4096
    grams: int = 12  # n-grams kept of a word
    gram_buckets: int = 4096
    picture: int = 64  # pixels along each side
    picture_patch: int = 8  # pixels along each side of what a token of a picture shows, a power of two
    picture_channels: int = 32  # of the picture's first convolution; twice as many after each halving
    kinds: int = 28  # that a picture may be told to show


@dataclass(frozen=True)
class StarterConfig:
    """Both networks; `read` is the way back from `dataclasses.asdict`."""

    shape: ShapeConfig = ShapeConfig()
    flow: FlowConfig = FlowConfig()

    @classmethod
    def read(cls, values: dict[str, dict[str, Any]]) -> "StarterConfig":
        """From nested dictionaries; what they leave out stays as it is by default."""
        return cls(ShapeConfig(**values.get("shape", {})), FlowConfig(**values.get("flow", {})))

    @classmethod
    def tiny(cls) -> "StarterConfig":
        """The same networks, small enough for tests."""
        return cls(
            ShapeConfig(16, 4, 4, 32, 16, 16, 1, 1, 8, 1, 4, 16),
            FlowConfig(
                4,
                8,
                8,
                6,
                32,
                2,
                2,
                1,
                words=8,
                word_buckets=64,
                grams=4,
                gram_buckets=64,
                picture_channels=8,
            ),
        )
