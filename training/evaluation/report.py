"""Every number of the starter model on the committed checkpoint, as a table."""

import argparse
import json
import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from maquette.geometry.extraction.dual_contouring import extract
from maquette.geometry.topology import mesh_edges
from maquette.progress import Progress
from maquette.starter.generate import read
from maquette.starter.model import Context, Model
from maquette.starter.pictures import prepare
from training import CHECKPOINT
from training.data.catalog import NAMES
from training.loading import Assets, read_assets

from . import classifier, making, prompts, real
from .making import Made

GUIDANCE = 2.0
PIECE = 0.99  # of what is kept: one piece
SEED = 7_000_000
VARIED = ("chair", "vase", "tree", "robot", "house")
SAMPLES_OF_A_PROMPT = 8
EXTRACTED = 64  # samples that are made to meshes
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Row:
    """A line of the table; `good` says whether the must is met."""

    name: str
    value: str
    must: str
    good: bool


def evaluate(options: argparse.Namespace) -> None:
    """Measures everything and prints the table."""
    started = time.perf_counter()
    measured = Measured(options)
    rows = [
        *measured.reconstruction(),
        *measured.words(),
        *measured.pictures(),
        *measured.retexture(),
        *measured.diversity(),
        measured.size(),
    ]
    lines = ["| measure | here | must | |", "|---|---|---|---|"]
    lines += [f"| {r.name} | {r.value} | {r.must} | {'yes' if r.good else 'no'} |" for r in rows]
    print("\n".join(lines))
    print(f"{options.count} prompts a test, {time.perf_counter() - started:.0f} s")
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / "starter.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
        document = [{**vars(r), "good": bool(r.good)} for r in rows]
        (options.out / "starter.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


class Measured:
    """The model, real objects, and a classifier of kinds."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.count: int = options.count
        self.model = Model(CHECKPOINT)
        self.train = read_assets(options.data / "train")
        self.val = read_assets(options.data / "val")
        self.train_tokens = encoded(self.model, self.train)
        self.val_tokens = encoded(self.model, self.val)
        self.classifier = classifier.train_classifier(
            torch.from_numpy(self.train_tokens).flatten(1), self.train.kind.long(), len(NAMES)
        )
        self.train_inside = self.train.grid.numpy() < 0

    def reconstruction(self) -> list[Row]:
        """The autoencoder on unseen objects, and the classifier on them: what the others are held against."""
        by_kind: dict[str, list[float]] = {}
        self.own_lumps = []
        right = []
        for i in range(min(self.count, len(self.val.lines))):
            line = self.val.lines[i]
            one = making.of_tokens(self.model, self.val_tokens[i], plain_slots(self.model))
            inside = real.fine_inside(line["seed"], "val")
            by_kind.setdefault(line["kind"], []).append(real.iou(one.field.inside, inside))
            self.own_lumps.append(real.lumpiness(one.grid, self.val.grid[i].float().numpy()))
            used = self.val.slot_used[i].numpy().astype(bool)
            scores = np.where(used, one.field.coarse[..., 1:], -np.inf).argmax(-1)
            right.append(slots_right(self.val, i, scores))
        means = {kind: float(np.mean(values)) for kind, values in by_kind.items()}
        worst = min(means, key=lambda kind: means[kind])
        mean = float(np.mean([v for values in by_kind.values() for v in values]))
        known = self.kinds_right(
            self.val_tokens[: self.count], [v["kind"] for v in self.val.lines][: self.count]
        )
        return [
            Row("autoencoder IoU 64^3, unseen, mean", f"{mean:.3f}", ".93", mean >= 0.93),
            Row(f"the same, worst kind ({worst})", f"{means[worst]:.3f}", ".82", means[worst] >= 0.82),
            Row(
                "parts told apart, unseen, near the surface",
                f"{np.mean(right):.3f}",
                ".95",
                np.mean(right) >= 0.95,
            ),
            Row("(the judge of kinds on real unseen objects)", f"{known:.3f}", "", True),
        ]

    def words(self) -> list[Row]:
        """Prompts: known looks, looks that training never saw, second parts."""
        seen = prompts.in_distribution(self.count, 1)
        fresh = prompts.held_out_pairs(self.count, 2)
        parts = prompts.with_parts(self.count, 3)
        made_seen, made_fresh, made_parts = (self.of_wishes(w, i) for i, w in enumerate((seen, fresh, parts)))
        kinds = [self.made_right(made_seen, seen), self.made_right(made_fresh, fresh)]
        color = np.mean(
            [making.main_color_share(m, w.color) >= 0.25 for m, w in zip(made_seen, seen, strict=True)]
        )
        second = np.mean([part_right(m, w) for m, w in zip(made_parts, parts, strict=True)])
        metallic = np.mean(
            [making.metallic_right(m, w.finish) for m, w in zip(made_fresh, fresh, strict=True)]
        )
        rough = np.mean([making.roughness_right(m, w.finish) for m, w in zip(made_fresh, fresh, strict=True)])
        whole = np.mean([share > PIECE for share in making.pieces(made_seen)])
        closed = np.mean([is_closed(m) for m in made_seen[:EXTRACTED]])
        near = real.overlaps([m.grid < 0 for m in made_seen], self.train_inside)
        copied = np.mean(near.max(axis=1) > 0.97)
        nearest = near.argmax(axis=1).tolist()
        lumps = np.mean([self.lumps(m, row) for m, row in zip(made_seen, nearest, strict=True)])
        lumps /= np.mean(self.own_lumps)
        return [
            Row("category, in distribution", f"{kinds[0]:.3f}", ".97", kinds[0] >= 0.97),
            Row("category, held-out pairs", f"{kinds[1]:.3f}", ".95", kinds[1] >= 0.95),
            Row("main colour", f"{color:.3f}", ".97", color >= 0.97),
            Row("secondary part colour", f"{second:.3f}", ".85", second >= 0.85),
            Row("metallic, held-out pairs", f"{metallic:.3f}", ".97", metallic >= 0.97),
            Row("roughness, held-out pairs", f"{rough:.3f}", ".95", rough >= 0.95),
            Row("one component without islands, first sample", f"{whole:.3f}", ".95", whole >= 0.95),
            Row("watertight, no NaN, not empty", f"{closed:.3f}", "1", closed == 1),
            Row("lumpiness against the autoencoder's own", f"{lumps:.2f}x", "1.5x", lumps <= 1.5),
            Row("memorisation: IoU > .97 to a training object", f"{copied:.3f}", "< .01", copied < 0.01),
        ]

    def pictures(self) -> list[Row]:
        """Pictures of unseen objects, without words."""
        count = min(self.count, len(self.val.lines))
        seen = framed(self.val.views[:count, 0].numpy(), self.model.flow_sizes["picture"])

        def contexts(start: int, stop: int) -> Context:
            return self.model.picture(seen[start:stop], [""] * (stop - start)).context

        made = making.make(self.model, contexts, count, SEED, GUIDANCE)
        lines = self.val.lines[:count]
        kinds = self.kinds_right(self.encoded_again(made), [line["kind"] for line in lines])
        overlap = np.mean([real.iou(m.grid < 0, self.val.grid[i].numpy() < 0) for i, m in enumerate(made)])
        color = np.mean(
            [making.main_color_share(m, line["color"]) >= 0.25 for m, line in zip(made, lines, strict=True)]
        )
        return [
            Row("picture only: category", f"{kinds:.3f}", ".85", kinds >= 0.85),
            Row("picture only: IoU to the truth", f"{overlap:.3f}", ".60", overlap >= 0.6),
            Row("picture only: main colour", f"{color:.3f}", ".92", color >= 0.92),
        ]

    def retexture(self) -> list[Row]:
        """Unseen shapes with new looks."""
        count = min(self.count, len(self.val.lines))
        wishes = [wish_for(self.val.lines[i]["kind"], i) for i in range(count)]
        made = making.make(self.model, self.contexts(wishes), count, SEED, GUIDANCE, self.val_tokens[:count])
        pairs = list(zip(made, wishes, strict=True))
        color = np.mean([making.main_color_share(m, w.color) >= 0.25 for m, w in pairs])
        metallic = np.mean([making.metallic_right(m, w.finish) for m, w in pairs])
        rough = np.mean([making.roughness_right(m, w.finish) for m, w in pairs])
        return [
            Row("retexture: colour", f"{color:.3f}", ".97", color >= 0.97),
            Row("retexture: metallic", f"{metallic:.3f}", ".95", metallic >= 0.95),
            Row("retexture: roughness", f"{rough:.3f}", ".95", rough >= 0.95),
        ]

    def diversity(self) -> list[Row]:
        """Samples of one prompt against objects of the kind: how alike pairs are."""
        more = []
        for kind in VARIED:
            wish = prompts.Wish(f"a {kind}", kind, "", "")
            made = self.of_wishes([wish] * SAMPLES_OF_A_PROMPT, 9)
            rows = np.flatnonzero(self.train.kind.numpy() == NAMES.index(kind))[:40]
            more.append(alike([m.grid < 0 for m in made]) - alike(list(self.train_inside[rows])))
        value = float(np.mean(more))
        return [Row("diversity: pairwise IoU less that of data", f"{value:+.3f}", "<= .15", value <= 0.15)]

    def size(self) -> Row:
        """What ships, in megabytes."""
        megabytes = sum(path.stat().st_size for path in CHECKPOINT.iterdir()) / 1e6
        return Row("shipped size", f"{megabytes:.1f} MB", "48 MB", megabytes <= 48)

    def of_wishes(self, wishes: list[prompts.Wish], salt: int) -> list[Made]:
        """A sample of each."""
        return making.make(self.model, self.contexts(wishes), len(wishes), SEED + 10_000 * salt, GUIDANCE)

    def contexts(self, wishes: list[prompts.Wish]) -> "making.Callable[[int, int], Context]":
        """As the recipe reads their prompts."""
        texts = [read(self.model, wish.prompt, False)[0].text for wish in wishes]
        return lambda start, stop: self.model.text(texts[start:stop])

    def made_right(self, made: list[Made], wishes: list[prompts.Wish]) -> float:
        """The share whose kind is the wanted one, to the judge of kinds."""
        return self.kinds_right(self.encoded_again(made), [wish.kind for wish in wishes])

    def encoded_again(self, made: list[Made]) -> Floats:
        return np.concatenate([self.model.encode(one.grid[None]) for one in made])

    def kinds_right(self, tokens: Floats, kinds: list[str]) -> float:
        found = classifier.classify(self.classifier, torch.from_numpy(tokens).flatten(1))
        return float(np.mean([NAMES[f] == kind for f, kind in zip(found, kinds, strict=True)]))

    def lumps(self, made: Made, row: int) -> float:
        """Against the training object `row`, which it overlaps most with."""
        return real.lumpiness(made.grid, self.train.grid[row].float().numpy())


def encoded(model: Model, assets: Assets) -> Floats:
    """Shape tokens [N, T, C] of objects."""
    return np.concatenate([model.encode(part.float().numpy()) for part in assets.grid.split(64)])


def framed(views: npt.NDArray[np.uint8], size: int) -> Floats:
    """Pictures as the generator gets them: every other one on a plain background, which it takes away."""
    found = []
    rng = np.random.default_rng(SEED)
    for i, view in enumerate(views):
        backed = view.copy()
        if i % 2:
            away = view[..., 3] < 128
            backed[away] = (*rng.integers(0, 256, 3), 255)
            backed[..., 3] = 255
        found.append(prepare(backed, size)[0])
    return np.stack(found)


def plain_slots(model: Model) -> Floats:
    """Slot tokens of which all are there."""
    sizes = model.flow_sizes
    return np.ones((sizes["slots"], sizes["slot_channels"]), np.float32)


def slots_right(assets: Assets, row: int, found: npt.NDArray[np.int64]) -> float:
    """The share of sample points near the surface whose cell has the slot of the point."""
    near = assets.near_points
    places = assets.points[row, :near].float().numpy()
    close = np.abs(assets.point_distance[row, :near].float().numpy()) < 0.2
    cells = np.clip(((places + 0.5) * len(found)).astype(int), 0, len(found) - 1)
    return float((found[tuple(cells.T)] == assets.point_slot[row, :near].numpy())[close].mean())


def part_right(made: Made, wish: prompts.Wish) -> bool:
    """Whether the second part is there and has its colour."""
    row = made.field.palette[wish.slot, :3]
    return bool(made.shares()[wish.slot] > 0.005 and making.color_name(row) == wish.slot_color)


def wish_for(kind: str, number: int) -> prompts.Wish:
    """A look for a kind, drawn by a number."""
    options = [w for w in prompts.in_distribution(28 * 8, 100 + number % 50) if w.kind == kind]
    return options[number % len(options)]


def is_closed(made: Made) -> bool:
    """Whether the mesh is there, finite, and every edge lies between two faces."""
    vertices, faces = extract(made.field.distance, made.field.bounds, 1 / 64, Progress(), None)
    if not len(faces) or not np.isfinite(vertices).all():
        return False
    return bool((mesh_edges(faces).counts == 2).all())


def alike(shapes: "list[real.Bools]") -> float:
    """The mean overlap of pairs."""
    pairs = real.overlaps(shapes, shapes)
    return float(pairs[np.triu_indices(len(shapes), 1)].mean())
