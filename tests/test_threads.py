"""Work that is spread over threads comes back in order, and its failures are heard."""

import pytest

from maquette.threads import map_threads


def test_results_come_in_the_order_of_the_items():
    assert map_threads(lambda a, b: a * b, range(100), range(100)) == [n * n for n in range(100)]
    assert map_threads(str, []) == []


@pytest.mark.parametrize("count", [1, 50])
def test_the_first_exception_is_raised(count):
    def fail(number: int) -> None:
        raise ValueError(number)

    with pytest.raises(ValueError, match=r"^0$"):
        map_threads(fail, range(count))
