"""The waiting jobs: first come, first served, one line per environment, and everyone's place in it."""

from collections.abc import Iterator


class Queue:
    """Job ids in their order. Places count from 1: the next job to start has place 1."""

    def __init__(self) -> None:
        self._lines: dict[str, dict[str, None]] = {}  # dicts keep their order and remove in O(1)

    def __len__(self) -> int:
        return sum(len(line) for line in self._lines.values())

    def add(self, job_id: str, environment: str) -> int:
        """Appends a job and returns its place."""
        line = self._lines.setdefault(environment, {})
        line[job_id] = None
        return len(line)

    def take(self, environment: str) -> str | None:
        """Removes and returns the next job of an environment."""
        line = self._lines.get(environment, {})
        job_id = next(iter(line), None)
        if job_id is not None:
            del line[job_id]
        return job_id

    def remove(self, job_id: str) -> bool:
        """Removes a job wherever it stands; False when it does not wait."""
        for line in self._lines.values():
            if job_id in line:
                del line[job_id]
                return True
        return False

    def places(self) -> Iterator[tuple[str, int]]:
        """Every waiting job with its place."""
        for line in self._lines.values():
            for place, job_id in enumerate(line, start=1):
                yield job_id, place

    def environments(self) -> list[str]:
        """The environments for which jobs wait."""
        return [environment for environment, line in self._lines.items() if line]
