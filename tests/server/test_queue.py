"""The queue against the plainest model of one: a list per environment."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from maquette.server.queue import Queue

ENVIRONMENTS = ("core", "full")


class QueueMachine(RuleBasedStateMachine):
    """Adds, takes and removes at random, and compares every place."""

    def __init__(self) -> None:
        super().__init__()
        self.queue = Queue()
        self.model: dict[str, list[str]] = {environment: [] for environment in ENVIRONMENTS}
        self.count = 0

    @rule(environment=st.sampled_from(ENVIRONMENTS))
    def add(self, environment: str) -> None:
        self.count += 1
        self.model[environment].append(f"job{self.count}")
        assert self.queue.add(f"job{self.count}", environment) == len(self.model[environment])

    @rule(environment=st.sampled_from(ENVIRONMENTS))
    def take(self, environment: str) -> None:
        expected = self.model[environment].pop(0) if self.model[environment] else None
        assert self.queue.take(environment) == expected

    @rule(number=st.integers(1, 30))
    def remove(self, number: int) -> None:
        line = next((line for line in self.model.values() if f"job{number}" in line), None)
        assert self.queue.remove(f"job{number}") == (line is not None)
        if line is not None:
            line.remove(f"job{number}")

    @invariant()
    def places_agree(self) -> None:
        expected = {job: place for line in self.model.values() for place, job in enumerate(line, start=1)}
        assert dict(self.queue.places()) == expected
        assert len(self.queue) == len(expected)
        assert set(self.queue.environments()) == {name for name, line in self.model.items() if line}


TestQueue = QueueMachine.TestCase
TestQueue.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
