import sys

import pytest

from maquette.render import raster_numpy
from maquette.render.paths import WORTH_LOADING, PathChooser


def test_a_short_job_never_waits_for_numba():
    chooser = PathChooser()
    assert chooser.choose(WORTH_LOADING - 1) is raster_numpy


def test_numba_draws_once_as_much_was_drawn_as_its_loading_costs():
    raster_numba = pytest.importorskip("maquette.render.raster_numba", exc_type=ImportError)
    chooser = PathChooser()
    assert chooser.choose(WORTH_LOADING // 2) is raster_numpy
    assert chooser.choose(WORTH_LOADING // 2) is raster_numba
    assert chooser.choose(1) is raster_numba


def test_without_numba_numpy_goes_on(monkeypatch):
    for name in [name for name in sys.modules if name.startswith("maquette.render.raster_numba")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr("maquette.render.raster_numba", raising=False)
    monkeypatch.setitem(sys.modules, "numba", None)
    chooser = PathChooser()
    assert chooser.choose(2 * WORTH_LOADING) is raster_numpy
    assert chooser.choose(1) is raster_numpy
