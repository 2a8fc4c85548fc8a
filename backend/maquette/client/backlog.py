"""Messages that arrived and were not read yet; progress that a later one replaces is dropped unread.

Reading a message costs some 20 microseconds, and a worker may report thousands while Blender draws. What a
message would replace is seen from its first bytes, which are those that `protocol.pack` always writes.
"""

import re
from collections.abc import Sequence

from maquette.protocol import Buffer

# A progress event that says nothing that only it says: its note is empty.
_REPLACEABLE = re.compile(
    rb'\{"v":1,"type":"progress","tag":0,"job_id":"([A-Za-z0-9_-]{1,64})","sequence":\d+,'
    rb'"stage":"[^"\\]*","step":\d+,"steps":\d+,"fraction":[^,]+,"seconds_left":[^,]+,"note":"",'
)


class Backlog:
    """Ordered by arrival; of each job it holds only the latest bare progress and the latest preview."""

    def __init__(self) -> None:
        self._waiting: dict[object, Sequence[Buffer]] = {}
        self._count = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, parts: Sequence[Buffer]) -> None:
        """Adds the message that arrived last."""
        match = _REPLACEABLE.match(parts[0])
        self._count += 1
        key: object = (match[1], len(parts)) if match else self._count
        self._waiting.pop(key, None)
        self._waiting[key] = parts

    def take(self) -> Sequence[Buffer]:
        """Removes and returns the oldest message."""
        return self._waiting.pop(next(iter(self._waiting)))
