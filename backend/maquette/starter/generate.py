"""The starter's generator: a prompt, a picture or both become an asset."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt

from maquette import __version__
from maquette.assets import Asset, Mesh
from maquette.assets.mesh import Floats
from maquette.procedural.build import build
from maquette.procedural.describe import describe
from maquette.progress import Progress
from maquette.protocol import Json, bad_input
from maquette.texture.finish import finish_field

from . import finishes, palette
from .field import Field
from .model import Context, Model, shipped
from .pictures import prepare
from .sampling import STEPS, sample
from .sizes import Size
from .soundness import Soundness, judge
from .vocabulary import Understood, shown_kind, slot_names, understand

LICENCE: Final = "CC0-1.0"  # of what comes out: the model was trained on our own procedural objects alone

Pictures = tuple[npt.NDArray[np.uint8], ...]  # [H, W, 4] each


@dataclass(frozen=True)
class Choice:
    """The soundest of some samples."""

    field: Field
    seed: int
    soundness: Soundness


def generate(
    prompt: str,
    pictures: Pictures,
    parameters: Mapping[str, Json],
    seed: int,
    progress: Progress,
    model: Model | None = None,  # None: the one that came with the package
) -> Asset:
    """The asset that a prompt, a picture or both describe; the same arguments give the same bytes.

    `parameters` are those of the recipe `starter`. Raises MaquetteError (bad_input) if nothing says which
    kind of thing it is, or a picture cannot be read.
    """
    model = model or shipped()
    progress.stage("understand")
    understood, told = read(model, prompt, bool(pictures))
    understood, context, picture_told = condition(model, understood, pictures)
    told += picture_told
    for line in told:
        progress.note(line)
    progress.step()
    count = int(_number(parameters, "candidates"))
    choice = choose(model, context, seed, count, _number(parameters, "guidance"), progress)
    if choice.soundness.largest < 0.95:
        note = f"the soundest of {count} is not in one piece: try another seed, or more candidates"
        progress.note(note)
        told.append(note)

    size, metres = wanted_size(understood, _number(parameters, "size"), seed)
    field = replace(choice.field, size=metres / size.side(choice.field.sides))
    longest = field.size * float(field.sides.max())
    texture_size = int(_number(parameters, "texture_size"))
    texel = 2.5 * longest / texture_size  # about: a map holds some six times the area of a side
    mesh, material = finish_field(
        field.distance,
        None,
        partial(field.surface, texel=texel, detail=_number(parameters, "detail")),
        field.bounds,
        int(_number(parameters, "triangles")),
        texture_size,
        progress,
    )
    progress.stage("finish")
    names = slot_names(understood.kind, model.about)
    name = understood.kind.name if understood.kind else "object"
    mesh = _parted(mesh, field, names)
    asset = Asset(
        _standing(mesh, size, metres),
        replace(material, name=name),
        name,
        _provenance(model, understood, told, choice, names, parameters, seed, len(pictures)),
    )
    progress.step()
    return asset


def read(model: Model, prompt: str, has_picture: bool) -> tuple[Understood, list[str]]:
    """The prompt as read, and lines for people: what was understood, and what the model never learnt."""
    understood = understand(prompt, model.about, has_picture)
    told = [understood.line] if understood.line else []
    if understood.unknown:
        told.append("not learnt, may change nothing: " + "; ".join(understood.unknown))
    if understood.size.ignored:
        told.append("one measure counts, left out: " + ", ".join(understood.size.ignored))
    return understood, told


def condition(
    model: Model, understood: Understood, pictures: Pictures
) -> tuple[Understood, Context, list[str]]:
    """What is asked for, with the kind that a picture shows if no word says it; the context [1, ...], of the
    first picture if there are several; and lines for people.
    """
    if not pictures:
        return understood, model.text([understood.text]), []
    small, line = prepare(pictures[0], model.flow_sizes["picture"])
    told = [line] if line else []
    if len(pictures) > 1:
        told.append(f"{len(pictures)} pictures were given: the first one counts")
    seen = model.picture(small[None], [understood.text])
    if understood.kind is None:
        kind = shown_kind(seen.kinds[0], model.about)
        understood = replace(understood, kind=kind)
        told.append(
            f"the picture seems to show: {kind.name}" if kind else "the picture shows no kind for sure"
        )
    return understood, seen.context, told


def choose(
    model: Model, context: Context, seed: int, count: int, guidance: float, progress: Progress
) -> Choice:
    """The soundest of `count` samples, of seeds from `seed` on. Reports the stage sample."""
    seeds = [seed + i for i in range(count)]
    progress.stage("sample", 2 * STEPS + count)
    sampled = sample(model, context, model.text([""]), seeds, guidance, progress)
    best: Choice | None = None
    for i, (shape, slots) in enumerate(zip(sampled.shape, sampled.slots, strict=True)):
        found = Choice(decode(model, shape, slots), seeds[i], Soundness(0, 0, 0, 0, False))
        found = replace(found, soundness=judge(found.field))
        if best is None or found.soundness.score > best.soundness.score:
            best = found
        progress.step()
    assert best is not None, "the recipe asks for at least one"
    if best.soundness.volume == 0:
        raise bad_input("the model made nothing of this: try another seed or other words")
    return best


def decode(model: Model, shape: Floats, slots: Floats) -> Field:
    """The field of one sample, in the cube of side 1: shape tokens [T, C] and slot tokens [S, C']."""
    features = np.ascontiguousarray(np.moveaxis(model.decode(shape[None])[0], 0, -1))
    colors, used = palette.from_tokens(slots)
    return Field(model, features, colors, used)


def wanted_size(understood: Understood, longest: float, seed: int) -> tuple[Size, float]:
    """Which side has how many metres: the longest one as asked for, else as the prompt says, else as is usual
    for the kind, or a metre if that is not known.
    """
    size = understood.size
    if longest:
        return Size(), longest
    if size.axis:
        return size, size.metres
    if understood.kind is None:
        return size, size.factor
    low, high = build(describe(understood.kind.name), seed).extent
    return size, size.factor * float((high - low).max())


def _number(parameters: Mapping[str, Json], name: str) -> float:
    value = parameters[name]
    if not isinstance(value, int | float | str):
        raise bad_input(f"{name} {value!r} is no number: give one")
    return float(value)


def _parted(mesh: Mesh, field: Field, names: list[str]) -> Mesh:
    """The mesh with the part that each face belongs to."""
    centroids = mesh.vertices[mesh.faces].mean(axis=1, dtype=np.float32)
    slots = field.shares(centroids).argmax(axis=1)
    present = np.unique(slots)
    return replace(
        mesh,
        part_ids=np.searchsorted(present, slots).astype(np.int32),
        part_names=tuple(names[slot] for slot in present),
    )


def _standing(mesh: Mesh, size: Size, metres: float) -> Mesh:
    """The mesh with the centre of its base on the origin and a side of exactly so many metres."""
    low, high = mesh.bounds
    offset = np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]], np.float32)
    scale = np.float32(metres / size.side(high - low))  # the grid knew it to a cell
    return replace(mesh, vertices=(mesh.vertices - offset) * scale)


def _provenance(
    model: Model,
    understood: Understood,
    told: list[str],
    choice: Choice,
    names: list[str],
    parameters: Mapping[str, Json],
    seed: int,
    pictures: int,
) -> dict[str, Json]:
    parts: dict[str, Json] = {}
    for slot in np.flatnonzero(choice.field.used):
        red, green, blue, metallic, roughness = (round(float(v), 3) for v in choice.field.palette[slot])
        parts[names[slot]] = {
            "color_srgb": [red, green, blue],
            "metallic": metallic,
            "roughness": roughness,
            "finish": finishes.nearest_finish(metallic, roughness),
        }
    return {
        "recipe": "starter",
        "prompt": understood.prompt,
        "pictures": pictures,
        "seed": seed,
        "sample_seed": choice.seed,
        "parameters": dict(parameters),
        "understood": understood.line,
        "notes": list(told),
        "kind": understood.kind.name if understood.kind else "",
        "parts": parts,
        "one_piece": round(choice.soundness.largest, 4),
        "detail": "grain, brush marks and bumps are procedural, by the finish that was predicted",
        "model": model.about["made"],
        "licence": LICENCE,
        "version": __version__,
    }
