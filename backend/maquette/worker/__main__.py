"""`python -m maquette.worker`: started by the server, which writes the handover to its standard input."""

from maquette.recipes import RECIPES
from maquette.render.result import write_result

from .process import work

if __name__ == "__main__":
    work(RECIPES, write_result)
