"""The full environment: a virtual environment with the PyTorch that fits the machine, made in resumable
stages.

    <environments>/full-<version>/  environment.json (written last)  journal.json while unfinished  cache/

Each stage is a child process that is polled, so that a UI can drive it; a finished stage is written to the
journal and not done again. The previous environment is kept until the new one has imported torch and
maquette.
"""

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from maquette.protocol import MaquetteError

from .core import MARKER, Step
from .gpu import Accelerator, probe_accelerator, torch_build

TORCH_REQUIREMENT: Final = "torch==2.13.0"
TORCH_INDEX: Final = "https://download.pytorch.org/whl/"
NEEDED_BYTES: Final = {"cpu": 3 * 10**9, "default": 3 * 10**9, "cu126": 12 * 10**9, "cu130": 12 * 10**9}
JOURNAL: Final = "journal.json"
POLL_S: Final = 0.05

_CHECK: Final = (
    "import json, torch, maquette; print(json.dumps([torch.__version__, torch.cuda.is_available()]))"
)
_PIP_LINE: Final = re.compile(r"^(Collecting|Downloading|Installing collected packages:|Using cached) ?(\S*)")


@dataclass(frozen=True)
class Stage:
    """One child process of an installation, its share of the time and what people are told."""

    name: str
    text: str
    command: tuple[str, ...]
    until: float  # fraction of the whole when it is done


@dataclass
class FullInstaller:
    """Makes `<environments>/full-<version>` with `requirement` (the maquette wheel's path, or a version)
    inside.

    `pip_options` go to every pip call (a mirror, a folder of wheels). `torch` is the requirement for PyTorch.
    """

    environments: Path
    version: str
    requirement: str
    python: str = sys.executable
    accelerator: Accelerator = field(default_factory=probe_accelerator)
    pip_options: tuple[str, ...] = ()
    torch: str = TORCH_REQUIREMENT
    torch_index: str = TORCH_INDEX

    @property
    def target(self) -> Path:
        return self.environments / f"full-{self.version}"

    @property
    def interpreter(self) -> Path:
        """The environment's Python."""
        return self.target / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")

    @property
    def build(self) -> str:
        """The PyTorch build that fits the machine."""
        return torch_build(self.accelerator)

    def is_installed(self) -> bool:
        """Whether it was finished, with the build that fits this machine now."""
        try:
            marker = json.loads((self.target / MARKER).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return bool(marker.get("build") == self.build and self.interpreter.exists())

    def stages(self) -> list[Stage]:
        """What an installation consists of, in order."""
        pip = (str(self.interpreter), "-I", "-m", "pip", "--disable-pip-version-check")
        install = (*pip, "install", "--no-input", "--progress-bar", "off", "--cache-dir", str(self._cache))
        index = () if self.build == "default" else ("--extra-index-url", self.torch_index + self.build)
        torch = self.torch if self.build == "default" or "+" in self.torch else f"{self.torch}+{self.build}"
        return [
            Stage(
                "venv",
                "making a virtual environment",
                (self.python, "-I", "-m", "venv", str(self.target)),
                0.03,
            ),
            Stage("torch", f"PyTorch ({self.build})", (*install, *self.pip_options, *index, torch), 0.80),
            Stage("maquette", "Maquette", (*install, *self.pip_options, self.requirement), 0.97),
            Stage("check", "trying it", (str(self.interpreter), "-I", "-c", _CHECK), 1.0),
        ]

    def install_steps(self) -> Iterator[Step | None]:
        """Runs the stages, yielding a Step when there is news and None when there is none: poll it.

        Closing the iterator ends the running child; a later call goes on from the first unfinished stage.
        Raises MaquetteError with pip's own last lines where a stage fails.
        """
        self._check_space()
        self.target.mkdir(parents=True, exist_ok=True)
        (self.target / MARKER).unlink(missing_ok=True)
        done, begun = self._journal(), 0.0
        for stage in self.stages():
            if stage.name not in done or stage.name == "check":
                yield Step(begun, stage.text)
                yield from self._run(stage, begun)
                done.append(stage.name)
                self._write(JOURNAL, {"build": self.build, "done": done})
            begun = stage.until
        self._write(MARKER, {"version": self.version, "build": self.build, "python": self.python})
        (self.target / JOURNAL).unlink()
        shutil.rmtree(self._cache, ignore_errors=True)
        yield Step(1.0, "ready")

    def install(self) -> None:
        """Installs in one go, for scripts and tests."""
        for step in self.install_steps():
            if step is None:
                time.sleep(POLL_S)

    def verify(self) -> tuple[str, bool]:
        """PyTorch's version and whether it sees a GPU, asked of the environment itself; raises
        MaquetteError.
        """
        for _ in self._run(self.stages()[-1], 0.0):
            time.sleep(POLL_S)
        version, cuda = json.loads(self._log.read_text(encoding="utf-8").strip().splitlines()[-1])
        return str(version), bool(cuda)

    def remove_others(self) -> list[Path]:
        """Removes the full environments of other versions; call it once this one was seen to work."""
        others = [path for path in self.environments.glob("full-*") if path != self.target]
        for path in others:
            shutil.rmtree(path, ignore_errors=True)
        return others

    def remove(self) -> None:
        """Removes this environment."""
        shutil.rmtree(self.target, ignore_errors=True)

    @property
    def _cache(self) -> Path:
        return self.target / "cache"

    @property
    def _log(self) -> Path:
        return self.target / "stage.log"

    def _journal(self) -> list[str]:
        try:
            journal = json.loads((self.target / JOURNAL).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return []
        return [str(name) for name in journal["done"]] if journal.get("build") == self.build else []

    def _write(self, name: str, data: dict[str, object]) -> None:
        partial = self.target / f"{name}.part"
        partial.write_text(json.dumps(data), encoding="utf-8")
        partial.replace(self.target / name)

    def _run(self, stage: Stage, begun: float) -> Iterator[Step | None]:
        flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
        with (
            self._log.open("w", encoding="utf-8") as log,
            subprocess.Popen(
                stage.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                creationflags=flags,
            ) as child,
            self._log.open(encoding="utf-8", errors="replace") as reader,
        ):
            try:
                lines = 0
                while child.poll() is None:
                    text = _news(reader)
                    lines += bool(text)
                    fraction = stage.until - (stage.until - begun) * 0.97**lines
                    yield Step(fraction, f"{stage.text}: {text}") if text else None
            finally:
                if child.poll() is None:
                    child.kill()
        if child.returncode:
            raise self._failure(stage)

    def _failure(self, stage: Stage) -> MaquetteError:
        lines = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-12:]
        reason = next(
            (line for line in reversed(lines) if "rror" in line), lines[-1] if lines else "no output"
        )
        space = "No space left" in " ".join(lines)
        return MaquetteError(
            "no_disk_space" if space else "internal",
            f"installing {stage.text} failed ({reason[:160]}): check connection and disk, then install again",
            "free_disk" if space else "install_environment",
            {"log": list(lines)},
        )

    def _check_space(self) -> None:
        self.environments.mkdir(parents=True, exist_ok=True)
        needed, free = NEEDED_BYTES[self.build], shutil.disk_usage(self.environments).free
        if free < needed:
            raise MaquetteError(
                "no_disk_space",
                f"{free / 1e9:.1f} GB are free at {self.environments}, {needed / 1e9:.0f} needed: free some",
                "free_disk",
            )


def _news(reader: IO[str]) -> str:
    """The last thing pip said since the previous look, or nothing."""
    text = ""
    for line in reader.readlines():
        if match := _PIP_LINE.match(line.strip()):
            text = f"{match[1].lower()} {match[2]}".strip(" :")
    return text
