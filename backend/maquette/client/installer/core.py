"""The core environment: wheels unpacked into a folder of their own, offline, run by a bare interpreter.

    <environments>/core-<version>-<digest>/  run.py  site/  environment.json (written last)

It is built beside its final place and renamed, so a half-made one never has the name. The interpreter is
started with -I -S: neither the environment's variables nor anybody's site-packages reach the backend.
"""

import errno
import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from maquette.environments import MARKER
from maquette.protocol import MaquetteError

from .removal import remove_others_steps
from .stages import Step
from .wheels import Bundle, check_wheel, read_bundle, unpack_wheel

FREE_FACTOR: Final = 5  # unpacked size over compressed size, with room to spare

_RUNNER: Final = '''\
"""Runs a module of this environment: run.py MODULE [ARGUMENT...]."""

import os
import runpy
import sys

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "site"))
os.environ["MAQUETTE_RUNNER"] = os.path.join(here, "run.py")
module = sys.argv[1]
sys.argv = [module, *sys.argv[2:]]
runpy.run_module(module, run_name="__main__", alter_sys=True)
'''


@dataclass(frozen=True)
class CoreInstaller:
    """Installs the wheels of `bundle_folder` (which holds bundle.json) below `environments`."""

    bundle_folder: Path
    environments: Path

    @property
    def target(self) -> Path:
        """Where this bundle's environment is, or will be."""
        bundle = read_bundle(self.bundle_folder)
        return self.environments / f"core-{bundle.version}-{bundle.digest}"

    def is_installed(self) -> bool:
        """Whether exactly this bundle is installed. Quick; `verify` looks at every file."""
        return (self.target / MARKER).is_file()

    def install_steps(self) -> Iterator[Step]:
        """Does the installation a few milliseconds at a time: iterate to the end, or stop iterating to
        abandon it.

        Every wheel is checked by hash before it is unpacked. Raises MaquetteError for a damaged bundle, the
        wrong Python or a full disk; whatever was installed before stays as it was.
        """
        bundle = read_bundle(self.bundle_folder)
        _check_python(bundle)
        _check_space(bundle, self.environments)
        target = self.target
        partial = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            yield from self._unpack(bundle, partial)
            _publish(partial, target)
        except OSError as error:
            raise MaquetteError(
                "no_disk_space" if error.errno == errno.ENOSPC else "internal",
                f"{target.parent} cannot be written ({error.strerror}): free some space there",
                "free_disk",
            ) from None
        finally:
            shutil.rmtree(partial, ignore_errors=True)
        yield Step(1.0, "ready")

    def install(self) -> None:
        """Installs in one go, for scripts and tests."""
        for _ in self.install_steps():
            pass

    def verify(self) -> list[str]:
        """Names of the installed files that are missing or have another size than their wheel said; empty
        is good.
        """
        listing = json.loads((self.target / MARKER).read_text(encoding="utf-8"))["files"]
        wrong = []
        for name, size in listing.items():
            path = self.target / "site" / name
            if not path.is_file() or path.stat().st_size != size:
                wrong.append(name)
        return sorted(wrong)

    def remove_others(self) -> Iterator[None]:
        """Removes the environments of other versions that nobody uses, a few milliseconds at a time; begin
        it once the new one was seen to work.
        """
        return remove_others_steps(self.target, "core")

    def command(self, module: str, python: str = "") -> list[str]:
        """The command that runs a module in this environment, by default with the current interpreter."""
        return [python or sys.executable, "-I", "-S", str(self.target / "run.py"), module]

    def _unpack(self, bundle: Bundle, partial: Path) -> Iterator[Step]:
        shutil.rmtree(partial, ignore_errors=True)
        site = partial / "site"
        site.mkdir(parents=True)
        total, done = 2 * bundle.size_bytes, 0
        for wheel in bundle.wheels:
            name = Path(wheel.path).name.split("-")[0]
            for count in check_wheel(bundle, wheel):
                done += count
                yield Step(min(0.99, done / total), f"checking {name}")
            for count in unpack_wheel(bundle.folder / wheel.path, site):
                done += count
                yield Step(min(0.99, done / total), f"unpacking {name}")
        (partial / "run.py").write_text(_RUNNER, encoding="utf-8")
        files = {p.relative_to(site).as_posix(): p.stat().st_size for p in site.rglob("*") if p.is_file()}
        marker = {"version": bundle.version, "digest": bundle.digest, "python": bundle.python, "files": files}
        (partial / MARKER).write_text(json.dumps(marker), encoding="utf-8")


def _publish(partial: Path, target: Path) -> None:
    if (target / MARKER).is_file():  # a second Blender was quicker, with the same bundle
        return
    shutil.rmtree(target, ignore_errors=True)
    partial.rename(target)


def _check_python(bundle: Bundle) -> None:
    running = f"{sys.version_info.major}.{sys.version_info.minor}"
    if running != bundle.python:
        raise MaquetteError(
            "incompatible_version",
            f"this ZIP is for Python {bundle.python}, but Blender runs {running}: install the ZIP for that",
            "update",
        )


def _check_space(bundle: Bundle, environments: Path) -> None:
    environments.mkdir(parents=True, exist_ok=True)
    needed, free = bundle.size_bytes * FREE_FACTOR, shutil.disk_usage(environments).free
    if free < needed:
        raise MaquetteError(
            "no_disk_space",
            f"{free / 1e6:.0f} MB are free at {environments}, {needed / 1e6:.0f} MB are needed: free some",
            "free_disk",
        )
