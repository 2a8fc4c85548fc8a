"""Fixtures: a server of one's own, and one that the gentle tests of a module share."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from .backend import Backend

Start = Callable[..., Backend]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts servers on the test's own data folder, and ends them."""
    with ExitStack() as stack:

        def begin(**settings: Any) -> Backend:
            data = settings.pop("data", tmp_path / "data")
            return stack.enter_context(Backend(Path(data), **settings))

        yield begin


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    """One server for all tests of a module that do not break it."""
    with Backend(tmp_path_factory.mktemp("shared") / "data", max_queue=1000) as backend:
        yield backend
