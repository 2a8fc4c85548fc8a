"""The command line of training."""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from . import CHECKPOINT

ROOT = Path(__file__).resolve().parent
WORK = ROOT.parent / "out" / "training"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; machinery is imported by the command that needs it."""
    options = _parser().parse_args(arguments)
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # threads that spin steal from each other
    command = {"data": _data, "train": _train, "evaluate": _evaluate, "export": _export}[options.command]
    command(options)
    return 0


def _data(options: argparse.Namespace) -> None:
    from dataclasses import replace

    from .data.generate import generate, read_shards

    if options.compare:
        from .fields.throughput import compare

        print(compare(options.device, options.compare), flush=True)
    shards = replace(read_shards(options.config), first=options.first)
    for done in generate(options.out, shards, options.processes, options.device):
        print(done, flush=True)


def _train(options: argparse.Namespace) -> None:
    import torch

    from .config import read_config
    from .loading import read_assets
    from .run import Sitting
    from .stages import train_flow, train_shape

    if options.threads:
        torch.set_num_threads(options.threads)
    out = options.out or WORK / options.stage
    sitting = Sitting(
        read_config(options.config),
        read_assets(options.data / "train"),
        torch.device(options.device),
        out,
        options.minutes,
        None if options.fresh else options.resume or (out if out.exists() else CHECKPOINT),
        options.seed,
        options.compile,
    )
    if options.stage == "shape":
        train_shape(sitting, options.decoder_only, options.flow)
    else:
        train_flow(sitting, options.shape, None if options.stage == "flow" else options.stage)


def _evaluate(options: argparse.Namespace) -> None:
    from .evaluation.report import evaluate

    evaluate(options)


def _export(options: argparse.Namespace) -> None:
    from .export import export

    export(options.shape, options.flow, options.out)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)

    data = commands.add_parser("data", help="make a data set, or what is missing of one")
    data.add_argument("--out", type=Path, required=True)
    data.add_argument("--config", type=Path, default=ROOT / "configs" / "cpu.toml")
    data.add_argument(
        "--first", type=int, default=0, help="number of the first shard for training: others are new objects"
    )
    data.add_argument("--processes", type=int, default=os.cpu_count())
    data.add_argument("--device", default="cpu", help='where objects are made: "cpu", "cuda"')
    data.add_argument("--compare", type=int, metavar="N", help="first time N objects by numpy and by tensors")

    train = commands.add_parser("train", help="train a stage; goes on from its checkpoint if there is one")
    train.add_argument("stage", choices=("shape", "picture", "text", "flow"))
    train.add_argument("--data", type=Path, required=True)
    train.add_argument("--config", type=Path, default=ROOT / "configs" / "cpu.toml")
    train.add_argument(
        "--minutes", type=float, default=60.0, help="of this run; the rate falls towards its end"
    )
    train.add_argument("--out", type=Path, help="where checkpoints go (default: out/training/STAGE)")
    train.add_argument("--resume", type=Path, help="a checkpoint (default: --out, else what ships)")
    train.add_argument("--fresh", action="store_true", help="start from nothing")
    train.add_argument("--shape", type=Path, default=CHECKPOINT, help="the flow's autoencoder")
    train.add_argument("--decoder-only", action="store_true", help="keep codes as a trained flow knows them")
    train.add_argument(
        "--flow", type=Path, help="decoder only: a trained flow, whose guesses are decoded too"
    )
    train.add_argument("--compile", action="store_true", help="compile the flow first: needs a C++ compiler")
    train.add_argument("--device", default="cpu")
    train.add_argument("--threads", type=int, default=0)
    train.add_argument("--seed", type=int, default=0)

    evaluate = commands.add_parser("evaluate", help="measure everything and print the table")
    evaluate.add_argument("--data", type=Path, required=True)
    evaluate.add_argument("--count", type=int, default=320, help="prompts of each kind of test")
    evaluate.add_argument("--out", type=Path, help="a folder for the numbers")

    export = commands.add_parser("export", help="write both stages as the graphs and weights that can ship")
    export.add_argument("--shape", type=Path, default=CHECKPOINT, help="a checkpoint (default: what ships)")
    export.add_argument("--flow", type=Path, default=CHECKPOINT)
    export.add_argument("--out", type=Path, default=CHECKPOINT)
    return parser
