"""The real worker with the real `pull-weights`, and "tiny" in its registry."""

from maquette.recipes.pull_weights import RECIPE
from maquette.render.result import write_result
from maquette.worker.process import work
from tests.weights.conftest import register

if __name__ == "__main__":
    register()
    work((RECIPE,), write_result)
