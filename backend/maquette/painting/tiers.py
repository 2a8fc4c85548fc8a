"""The tier that a recipe takes on this machine, given which networks are here."""

from collections.abc import Sequence

from maquette.priors.checkpoints import FindFolder, is_here
from maquette.priors.placement import Placement, place


def place_wanted(wanted: str, find: FindFolder, small: Sequence[str]) -> Placement:
    """As `place`, except that a processor is given the large networks where nobody chose a tier and the
    small ones are not here: whoever runs the recipe has the large ones. Raises bad_input for another word.
    """
    placement = place(wanted)
    if wanted == "auto" and placement.tier == "cpu" and not all(is_here(find, name) for name in small):
        return place("sequential")
    return placement
