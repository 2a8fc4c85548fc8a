"""The grammar of the command line."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import maquette


class Arguments(argparse.Namespace):
    """What was given. Commands read their own; these three every command has."""

    command: str
    json: bool
    data: str | None
    connection: str | None


def parse(argv: Sequence[str]) -> Arguments:
    """Reads the command line. Exits with code 2 and a usage line where it has no sense."""
    parser = argparse.ArgumentParser(
        prog="maquette", description="Makes 3D objects from words and pictures, on this machine."
    )
    parser.add_argument("--version", action="version", version=f"maquette {maquette.__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_generate(commands)
    _add_texture(commands)
    _add_refine(commands)
    _add_edit(commands)
    _add_vary(commands)
    _add_finish(commands)
    _add_serve(commands)
    _add_jobs(commands)
    recipes = commands.add_parser("recipes", help="list the recipes and their parameters")
    _add_common(recipes)
    _add_weights(commands)
    doctor = commands.add_parser("doctor", help="check this installation")
    _add_common(doctor)
    return parser.parse_args(argv, namespace=Arguments())


def _add_generate(commands: Any) -> None:
    parser = commands.add_parser("generate", help="make a new object")
    parser.add_argument("prompt", nargs="?", default="", help='what to make, such as "a red wooden chair"')
    _add_making(parser)
    parser.add_argument("--variants", type=int, default=1, metavar="N", help="how many, with other seeds")
    _add_common(parser)


def _add_texture(commands: Any) -> None:
    parser = commands.add_parser("texture", help="make new textures for a mesh")
    parser.add_argument("mesh", type=Path, help="a GLB, OBJ, PLY or STL file")
    parser.add_argument("prompt", nargs="?", default="", help='the surface, such as "rusty iron"')
    parser.add_argument(
        "--up", choices=("y", "z"), default="", help="the file's axis (default: y of OBJ, z of PLY and STL)"
    )
    _add_mask(parser)
    _add_making(parser)
    _add_common(parser)


def _add_refine(commands: Any) -> None:
    parser = commands.add_parser("refine", help="make the textures of a mesh sharper")
    parser.add_argument("mesh", type=Path, help="a GLB file with textures")
    parser.add_argument("prompt", nargs="?", default="", help="what it is; may be left out")
    _add_retouching(parser)


def _add_edit(commands: Any) -> None:
    parser = commands.add_parser("edit", help="change part of the textures of a mesh")
    parser.add_argument("mesh", type=Path, help="a GLB file with textures")
    parser.add_argument("prompt", help='what it shall become, such as "rusty iron"')
    parser.add_argument("--from", dest="source", default="", metavar="WORDS", help="what it is now")
    _add_retouching(parser)


def _add_vary(commands: Any) -> None:
    parser = commands.add_parser("vary", help="make another mesh from a mesh, or a part of it anew")
    parser.add_argument("mesh", type=Path, help="a GLB, OBJ, PLY or STL file")
    parser.add_argument("prompt", nargs="?", default="", help="what it shall become")
    parser.add_argument(
        "--up", choices=("y", "z"), default="", help="the file's axis (default: y of OBJ, z of PLY and STL)"
    )
    _add_mask(parser)
    _add_making(parser)
    _add_common(parser)


def _add_retouching(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(up="")
    _add_mask(parser)
    parser.add_argument("--recipe", default="", metavar="NAME", help="see `maquette recipes`")
    parser.add_argument("--seed", type=int, default=-1, metavar="N", help="the same seed, the same bytes")
    _add_settings(parser)
    _add_results(parser)
    _add_common(parser)


def _add_mask(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--mask", type=Path, metavar="FILE", help="a picture, bright in UV space where to paint"
    )


def _add_finish(commands: Any) -> None:
    parser = commands.add_parser("finish", help="repair, decimate, unwrap and bake a mesh")
    parser.add_argument("mesh", type=Path, help="a GLB, OBJ, PLY or STL file")
    parser.add_argument(
        "--budget", default="prop", metavar="BUDGET", help="mobile, prop, hero, raw, or a number of triangles"
    )
    parser.add_argument("--texture-size", default="2048", metavar="N", help="512, 1024, 2048 or 4096")
    parser.add_argument(
        "--up", choices=("y", "z"), default="", help="the file's axis (default: y of OBJ, z of PLY and STL)"
    )
    _add_settings(parser)
    _add_results(parser)
    _add_common(parser)


def _add_making(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--image", action="append", type=Path, default=[], metavar="FILE", help="a picture; repeatable"
    )
    parser.add_argument("--recipe", default="", metavar="NAME", help="see `maquette recipes`")
    parser.add_argument("--seed", type=int, default=-1, metavar="N", help="the same seed, the same bytes")
    _add_settings(parser)
    _add_results(parser)


def _add_settings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        dest="settings",
        help="a parameter of the recipe; repeatable",
    )


def _add_results(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, metavar="FILE.glb", help="default: a name made from the prompt")
    parser.add_argument("--preview", type=Path, metavar="FILE.png", help="also write a rendered picture")


def _add_serve(commands: Any) -> None:
    parser = commands.add_parser("serve", help="run a backend for others until it is stopped")
    parser.add_argument("--bind", metavar="ADDRESS", help="default: tcp://127.0.0.1, any free port")
    parser.add_argument("--allow", type=Path, metavar="FILE", help="public keys of remote clients")
    parser.add_argument("--engine", choices=("local",), default="local", help="where jobs run")
    _add_common(parser)


def _add_jobs(commands: Any) -> None:
    parser = commands.add_parser("jobs", help="list, show, fetch and cancel jobs")
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    parser.set_defaults(action="list")
    _add_common(parser)
    _add_common(actions.add_parser("list", help="every job, newest first"))
    for name, about in (("show", "all that is known of a job"), ("cancel", "cancel a job")):
        action = actions.add_parser(name, help=about)
        action.add_argument("id")
        _add_common(action)
    fetch = actions.add_parser("fetch", help="write the result of a finished job")
    fetch.add_argument("id")
    fetch.add_argument("--out", type=Path, metavar="FILE.glb", help="default: a name made from the prompt")
    fetch.add_argument("--preview", type=Path, metavar="FILE.png", help="also write a rendered picture")
    _add_common(fetch)


def _add_weights(commands: Any) -> None:
    parser = commands.add_parser("weights", help="the weights that recipes load")
    parser.add_argument("action", nargs="?", choices=("list", "pull", "verify"), default="list")
    parser.add_argument("names", nargs="*", metavar="NAME", help="of weights, or of a recipe that loads some")
    parser.add_argument(
        "--accept-licence", action="store_true", help="the licences were read and are accepted"
    )
    parser.add_argument("--verify", action="store_true", help="pull: fetch again what is here and damaged")
    _add_common(parser)


def _add_common(parser: argparse.ArgumentParser) -> None:
    # SUPPRESS: a subcommand's own default would hide what stood before the subcommand.
    parser.add_argument("--json", action="store_true", help="one JSON object per line, for programs")
    parser.add_argument("--data", metavar="DIR", help="where jobs and results live (MAQUETTE_DATA)")
    parser.add_argument(
        "--connection", metavar="FILE", help="the backend to use instead of an own one (MAQUETTE_CONNECTION)"
    )
