# SPDX-License-Identifier: GPL-3.0-or-later
"""`blender --command maquette generate "a red chair" --out chair.glb`: the same without a window."""

import argparse
import secrets
import sys
from pathlib import Path
from typing import Any

import bpy

from maquette.client.handle import Client, Job, connect
from maquette.client.results import FetchedAsset
from maquette.protocol import Buffer, Json, MaquetteError, RecipeDescription, bad_input
from maquette.protocol.errors import EXIT_CODES, EXIT_OTHER

from . import environment
from .preferences import data_folder
from .scene_io import placement, result
from .scene_io.provenance import Origin

_command: Any = None


def register() -> None:
    """Makes the command known."""
    global _command
    utils: Any = bpy.utils  # the stubs say that it returns nothing
    _command = utils.register_cli_command("maquette", run)


def unregister() -> None:
    """Takes the command back."""
    global _command
    bpy.utils.unregister_cli_command(_command)
    _command = None


def run(arguments: list[str]) -> int:
    """What `--command maquette` does; the exit code is that of the `maquette` command line."""
    options = _parser().parse_args(arguments)
    try:
        _generate(options)
    except MaquetteError as error:
        sys.stderr.write(f"maquette: {error.message}\n")
        return EXIT_CODES.get(error.code, EXIT_OTHER)
    except KeyboardInterrupt:
        return EXIT_CODES["cancelled"]
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="blender --command maquette")
    commands = parser.add_subparsers(dest="command", required=True)
    generate = commands.add_parser("generate", help="make an object from words")
    generate.add_argument("prompt")
    generate.add_argument("--out", type=Path, required=True, help="a .glb or .blend file")
    generate.add_argument("--recipe", default="", help="how it is made; the first recipe where none is named")
    generate.add_argument("--seed", type=int, default=-1, help="-1 rolls one")
    generate.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a parameter")
    return parser


def _generate(options: argparse.Namespace) -> None:
    _check_target(options.out)
    folder = data_folder()
    if not environment.is_installed(folder):
        for _step in environment.install_steps(folder):
            pass
    with connect(folder, environment.server_command(folder), name="blender-command") as client:
        job = _submitted(client, options)
        told = 0
        for _event in job.events():
            told = _report(job, told)
        sys.stderr.write("\n")
        if options.out.suffix.lower() == ".glb":
            _write(options.out, job.result("glb").glb)
        else:
            _save_blend(job, job.result("arrays"), options.out)


def _submitted(client: Client, options: argparse.Namespace) -> Job:
    described = [r for r in client.recipes() if r.task == "generate" and options.recipe in ("", r.name)]
    if not described:
        raise MaquetteError("unknown_recipe", f"there is no recipe {options.recipe!r}", "choose_recipe")
    recipe = described[0]
    return client.submit(recipe.name, options.prompt, _parameters(recipe, options.set), options.seed)


def _parameters(recipe: RecipeDescription, pairs: list[str]) -> dict[str, Json]:
    """NAME=VALUE pairs, read as the recipe describes them. Raises bad_input."""
    types = {parameter.name: parameter.type for parameter in recipe.parameters}
    values: dict[str, Json] = {}
    for pair in pairs:
        name, separator, text = pair.partition("=")
        if not separator:
            raise bad_input(f"--set {pair!r} is not NAME=VALUE")
        values[name] = _value(text, types.get(name, "text"))
    return recipe.validated(values)


def _value(text: str, kind: str) -> Json:
    if kind == "bool" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if kind in ("int", "float"):
        try:
            return float(text)
        except ValueError:
            return text  # its validation says what is wrong with it
    return text


def _check_target(path: Path) -> None:
    """Raises bad_input for a file that could not be written once the work is done."""
    if path.suffix.lower() not in (".glb", ".blend"):
        raise bad_input(f"--out {path.name} is neither .glb nor .blend: use one of them")
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise bad_input(f"--out {path} is no file in a folder that exists: make the folder, or name another")


def _write(path: Path, data: Buffer) -> None:
    """The whole file or none of it."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        draft.write_bytes(data)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise bad_input(f"--out {path} cannot be written ({error.strerror}): choose another") from None


def _report(job: Job, told: int) -> int:
    """Shows how far a job is, under what was newly noted about it; returns how many notes were told."""
    view = job.view
    for note in view.notes[told:]:
        sys.stderr.write(f"\r{note:<30}\n")
    sys.stderr.write(f"\r{round(100 * view.fraction):3d}%  {view.stage:<24.24}")
    sys.stderr.flush()
    return len(view.notes)


def _save_blend(job: Job, asset: FetchedAsset, path: Path) -> None:
    """An empty file with the result at its origin."""
    bpy.ops.wm.read_homefile(use_empty=True)
    scene = bpy.data.scenes[0]
    view, record = job.view, asset.result.get("provenance")
    origin = Origin(
        request_id=view.request_id,
        job_id=asset.job_id,
        prompt=view.prompt,
        recipe=view.recipe,
        seed=view.seed,
        parameters=view.submit.parameters if view.submit else {},
        document=record if isinstance(record, dict) else {},
    )
    placement.place(result.build_object(asset, origin), scene, (0.0, 0.0, 0.0))
    bpy.ops.wm.save_as_mainfile(filepath=str(path.absolute()), check_existing=False)
