"""One stage of an installation: a child process that is polled, its progress and its failure in words."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, NamedTuple

from maquette.protocol import MaquetteError

_PIP_LINE: Final = re.compile(r"^(Collecting|Downloading|Installing collected packages:|Using cached) ?(\S*)")
_WEIGH_EVERY_S: Final = 0.5
_DOWNLOAD_SHARE: Final = 0.8  # of a stage that downloads; unpacking is the rest


class Step(NamedTuple):
    """How far an installation is: 0 to 1, and what it does now."""

    fraction: float
    text: str


@dataclass(frozen=True)
class Stage:
    """One child process, its share of the whole and what people are told."""

    name: str
    text: str
    command: tuple[str, ...]
    until: float  # fraction of the whole when it is done
    download_bytes: int = 0  # about what it fetches


def run_stage(stage: Stage, begun: float, folder: Path) -> Iterator[Step | None]:
    """Runs a stage that begins at the fraction `begun`: a Step when there is news, else None.

    Its output is written to `folder`/stage.log; its temporary files go to `folder`/temporary, which is
    removed. Closing the iterator ends the child. Raises MaquetteError with the child's own last lines where
    it fails.
    """
    log_path, temporary = folder / "stage.log", folder / "temporary"
    temporary.mkdir(exist_ok=True)
    with (
        log_path.open("w", encoding="utf-8") as log,
        log_path.open(encoding="utf-8", errors="replace") as reader,
        _start(stage, log, temporary) as child,
    ):
        try:
            yield from _watch(stage, begun, child, reader, temporary)
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
            shutil.rmtree(temporary, ignore_errors=True)
    if child.returncode:
        raise _failure(stage, log_path)


def last_line(folder: Path) -> str:
    """The last thing that the stage before said."""
    return (folder / "stage.log").read_text(encoding="utf-8").strip().splitlines()[-1]


def _start(stage: Stage, log: IO[str], temporary: Path) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            stage.command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=os.environ | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary)),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as error:
        raise MaquetteError(
            "internal",
            f"{stage.command[0]} cannot be started ({error.strerror}): install the environment again",
            "install_environment",
            {"environment": "full"},
        ) from None


def _watch(
    stage: Stage, begun: float, child: subprocess.Popen[bytes], reader: IO[str], temporary: Path
) -> Iterator[Step | None]:
    """Progress by the bytes that arrived, where they are foreseen, and by pip's lines."""
    share, lines, words, weighed_at = 0.0, 0, "", time.monotonic()
    while child.poll() is None:
        before = (share, words)
        for line in reader.readlines():
            if match := _PIP_LINE.match(line.strip()):
                lines, words = lines + 1, f"{match[1].lower()} {match[2]}".strip(" :")
        if not stage.download_bytes:
            share = 1 - 0.97**lines
        elif time.monotonic() - weighed_at > _WEIGH_EVERY_S:
            weighed_at = time.monotonic()
            share = max(share, _DOWNLOAD_SHARE * min(1.0, _size(temporary) / stage.download_bytes))
        text = f"{stage.text}: {words}" if words else stage.text
        step = Step(begun + share * (stage.until - begun), text)
        yield step if before != (share, words) else None


def _size(folder: Path) -> int:
    """Bytes in a folder that another process fills and empties."""
    total = 0
    for root, _, files in os.walk(folder):
        for name in files:
            with suppress(FileNotFoundError):
                total += Path(root, name).lstat().st_size
    return total


def _failure(stage: Stage, log_path: Path) -> MaquetteError:
    lines = log_path.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-12:]
    reason = next((line for line in reversed(lines) if "rror" in line), lines[-1] if lines else "no output")
    space = "No space left" in " ".join(lines)
    return MaquetteError(
        "no_disk_space" if space else "internal",
        f"{stage.text} failed ({reason[:160]}): check connection and disk, then install again",
        "free_disk" if space else "install_environment",
        {"environment": "full", "log": list(lines)},
    )
