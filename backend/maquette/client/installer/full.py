"""The full environment: a virtual environment with the PyTorch that fits the machine, made in resumable
stages.

    <environments>/full-<version>/  environment.json (written last)  journal.json while unfinished  cache/

Each stage is a child process that is polled, so that a UI can drive it; a finished stage is written to the
journal and not done again. The previous environment is kept until the new one has imported torch and
maquette.
"""

import errno
import json
import shutil
import sys
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from maquette.environments import MARKER, changing, interpreter
from maquette.protocol import MaquetteError

from .gpu import Accelerator, probe_accelerator, torch_build
from .removal import delete_steps, remove_others_steps, remove_steps
from .stages import Stage, Step, last_line, run_stage

TORCH_REQUIREMENT: Final = "torch==2.13.0"
TORCH_INDEX: Final = "https://download.pytorch.org/whl/"
# about, by build: what pip fetches, and what the environment and pip's files take on the disk
DOWNLOAD_BYTES: Final = {"cpu": 2 * 10**8, "default": 10**8, "cu126": 27 * 10**8, "cu130": 25 * 10**8}
NEEDED_BYTES: Final = {"cpu": 3 * 10**9, "default": 3 * 10**9, "cu126": 12 * 10**9, "cu130": 12 * 10**9}
JOURNAL: Final = "journal.json"
POLL_S: Final = 0.05

_CHECK: Final = (
    "import json, torch, maquette; print(json.dumps([torch.__version__, torch.cuda.is_available()]))"
)


@dataclass
class FullInstaller:
    """Makes `<environments>/full-<version>` with `requirement` (the maquette wheel's path) inside, as
    `requirement`[torch].

    `pip_options` go to every pip call (a mirror, a folder of wheels). `torch` is the requirement for PyTorch.
    """

    environments: Path
    version: str
    requirement: str
    python: str = sys.executable
    accelerator: Accelerator | None = None  # None: the driver is asked, when it matters
    pip_options: tuple[str, ...] = ()
    torch: str = TORCH_REQUIREMENT
    torch_index: str = TORCH_INDEX

    @property
    def target(self) -> Path:
        return self.environments / f"full-{self.version}"

    @property
    def interpreter(self) -> Path:
        """The environment's Python."""
        return interpreter(self.target)

    @cached_property
    def hardware(self) -> Accelerator:
        """What PyTorch would run on."""
        return self.accelerator or probe_accelerator()

    @property
    def build(self) -> str:
        """The PyTorch build that fits the machine."""
        return torch_build(self.hardware)

    @property
    def download_bytes(self) -> int:
        """About what an installation fetches."""
        return DOWNLOAD_BYTES[self.build]

    @property
    def needed_bytes(self) -> int:
        """About what has to be free on the disk."""
        return NEEDED_BYTES[self.build]

    def is_begun(self) -> bool:
        """Whether an installation was begun and can be gone on with."""
        return (self.target / JOURNAL).is_file()

    def is_installed(self) -> bool:
        """Whether it was finished, with the build that fits this machine now."""
        try:
            marker = json.loads((self.target / MARKER).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return bool(marker.get("build") == self.build and self.interpreter.exists())

    def stages(self) -> list[Stage]:
        """What an installation consists of, in order.

        Maquette's own stage names the chosen PyTorch build again, so that nothing which it asks for can have
        pip replace that build.
        """
        pip = (str(self.interpreter), "-I", "-m", "pip", "--disable-pip-version-check")
        index = () if self.build == "default" else ("--extra-index-url", self.torch_index + self.build)
        install = (
            *(*pip, "install", "--no-input", "--progress-bar", "off", "--cache-dir", str(self._cache)),
            *(*self.pip_options, *index),
        )
        torch = self.torch if self.build == "default" or "+" in self.torch else f"{self.torch}+{self.build}"
        return [
            Stage(
                "venv",
                "making a virtual environment",
                (self.python, "-I", "-m", "venv", str(self.target)),
                0.03,
            ),
            Stage(
                "torch", f"installing PyTorch ({self.build})", (*install, torch), 0.80, self.download_bytes
            ),
            Stage("maquette", "installing Maquette", (*install, torch, f"{self.requirement}[torch]"), 0.97),
            Stage("check", "trying it", (str(self.interpreter), "-I", "-c", _CHECK), 1.0),
        ]

    def install_steps(self) -> Generator[Step | None, None, None]:
        """Runs the stages, yielding a Step when there is news and None when there is none: poll it.

        Closing the iterator ends the running child; a later call goes on from the first unfinished stage.
        Raises MaquetteError with pip's own last lines where a stage fails, and where the environment is in
        use or being installed by another program.
        """
        try:
            self._check_space()
            self.target.mkdir(parents=True, exist_ok=True)
            with changing(self.target):
                yield from self._install()
        except OSError as error:
            raise MaquetteError(
                "no_disk_space" if error.errno == errno.ENOSPC else "internal",
                f"{self.target} cannot be written ({error.strerror}): free some space there",
                "free_disk",
            ) from None

    def _install(self) -> Generator[Step | None, None, None]:
        (self.target / MARKER).unlink(missing_ok=True)
        done, begun = self._journal(), 0.0
        if not done:
            yield from self._clear()
        self._note(done)
        for stage in self.stages():
            if stage.name not in done or stage.name == "check":
                yield Step(begun, stage.text)
                yield from run_stage(stage, begun, self.target)
                done.append(stage.name)
                self._note(done)
            begun = stage.until
        self._write(MARKER, {"version": self.version, "build": self.build, "python": self.python})
        (self.target / JOURNAL).unlink()
        for _ in delete_steps(self._cache):
            yield Step(0.99, "tidying up")
        yield Step(1.0, "ready")

    def install(self) -> None:
        """Installs in one go, for scripts and tests."""
        for step in self.install_steps():
            if step is None:
                time.sleep(POLL_S)

    def verify_steps(self) -> Generator[Step | None, None, None]:
        """Has the environment import PyTorch and Maquette; the last Step tells what it found. Raises
        MaquetteError.
        """
        stage = self.stages()[-1]
        yield Step(0.0, stage.text)
        yield from run_stage(stage, 0.0, self.target)
        version, cuda = json.loads(last_line(self.target))
        yield Step(1.0, f"PyTorch {version}, {'with' if cuda else 'without'} CUDA")

    def remove_steps(self) -> Iterator[None]:
        """Removes this environment a few milliseconds at a time; one in use raises MaquetteError."""
        if self.target.exists():
            with changing(self.target):
                (self.target / MARKER).unlink(missing_ok=True)
        return remove_steps(self.target)

    def remove_others(self) -> Iterator[None]:
        """Removes the full environments of other versions that nobody uses, a few milliseconds at a time;
        begin it once this one was seen to work. As long as this one is not whole, none is removed.
        """
        return remove_others_steps(self.target, "full") if (self.target / MARKER).is_file() else iter(())

    @property
    def _cache(self) -> Path:
        return self.target / "cache"

    def _journal(self) -> list[str]:
        try:
            journal = json.loads((self.target / JOURNAL).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return []
        return [str(name) for name in journal["done"]] if journal.get("build") == self.build else []

    def _clear(self) -> Generator[Step, None, None]:
        """What a damaged environment holds would be taken for installed."""
        for name in ("lib", "Lib", "bin", "Scripts"):
            for _ in delete_steps(self.target / name):
                yield Step(0.0, "clearing")

    def _note(self, done: list[str]) -> None:
        self._write(JOURNAL, {"build": self.build, "done": done})

    def _write(self, name: str, data: dict[str, object]) -> None:
        partial = self.target / f"{name}.part"
        partial.write_text(json.dumps(data), encoding="utf-8")
        partial.replace(self.target / name)

    def _check_space(self) -> None:
        self.environments.mkdir(parents=True, exist_ok=True)
        needed, free = self.needed_bytes, shutil.disk_usage(self.environments).free
        if free < needed:
            raise MaquetteError(
                "no_disk_space",
                f"{free / 1e9:.1f} GB are free at {self.environments}, {needed / 1e9:.0f} needed: free some",
                "free_disk",
            )
