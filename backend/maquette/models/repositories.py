"""Published pipelines by folder or by their name on the hub, and the networks that their files name."""

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from maquette import weights
from maquette.protocol import bad_input
from maquette.settings import load_settings

Find = Callable[[str, str], Path]
"""(a repository's name on the hub, a path in it) to where that file lies on this disk; raises missing_weights
with the command that brings it."""

_HUB_ID: Final = re.compile(r"[\w.-]+/[\w.-]+")
_DESCRIPTION: Final = ".json"


@dataclass(frozen=True)
class Pipeline:
    """Where a pipeline's description lies, and its repository, empty for a folder of no known one."""

    file: Path
    hub_id: str
    find: Find

    def stem(self, value: str) -> Path:
        """A network's path without suffix: beside the description, elsewhere in its repository, or in the
        repository that a longer path begins with.
        """
        beside = self.file.parent / value
        if beside.with_name(beside.name + _DESCRIPTION).is_file():
            return beside
        parts = value.split("/")
        if len(parts) > 2:
            hub_id, path = "/".join(parts[:2]), "/".join(parts[2:])
        elif self.hub_id:
            hub_id, path = self.hub_id, value
        else:
            raise bad_input(f"{beside} is missing: pull the weights again")
        found = self.find(hub_id, path + _DESCRIPTION)
        return found.with_name(found.name.removesuffix(_DESCRIPTION))


def open_pipeline(
    folder_or_repo: str | Path, file: str = "pipeline.json", find: Find | None = None
) -> Pipeline:
    """Of a folder as it was published, or of a repository whose weights are on this disk.

    Raises bad_input where the folder has no such file, missing_weights where a repository is not here.
    """
    find = find or find_file()
    path = Path(folder_or_repo)
    if not path.is_dir() and _HUB_ID.fullmatch(str(folder_or_repo)):
        return Pipeline(find(str(folder_or_repo), file), str(folder_or_repo), find)
    if not (path / file).is_file():
        raise bad_input(f"{path / file} is missing: choose a folder as it was published")
    return Pipeline(path / file, "", find)


def find_file(data: Path | None = None) -> Find:
    """Among the weights of a data folder, by default of the settings' one."""
    return functools.partial(weights.find_file, data or load_settings().data_dir)
