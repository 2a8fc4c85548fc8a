"""Which networks a recipe takes on a processor, where nobody chose."""

from pathlib import Path

import pytest

pytest.importorskip("diffusers")
pytest.importorskip("torch")

from maquette.painting import tiers
from maquette.priors.placement import place_on
from maquette.protocol import MaquetteError

pytestmark = pytest.mark.torch

SMALL = ("sd15", "lcm-lora-sd15")


def having(*names: str):
    def find(name: str) -> Path:
        if name not in names:
            raise MaquetteError("missing_weights", f"{name} is not here")
        return Path(name)

    return find


@pytest.fixture(autouse=True)
def processor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiers, "place", lambda wanted: place_on("cpu", 0, wanted))


@pytest.mark.parametrize(
    ("wanted", "here", "tier"),
    [
        ("auto", SMALL, "cpu"),
        ("auto", SMALL[:1], "sequential"),
        ("auto", (), "sequential"),
        ("cpu", (), "cpu"),
        ("batched", SMALL, "batched"),
    ],
)
def test_the_small_networks_are_taken_where_they_are_here(
    wanted: str, here: tuple[str, ...], tier: str
) -> None:
    placement = tiers.place_wanted(wanted, having(*here), SMALL)
    assert (placement.tier, placement.device) == (tier, "cpu")


def test_a_graphics_card_is_given_the_large_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiers, "place", lambda wanted: place_on("cuda", 24 << 30, wanted))
    assert tiers.place_wanted("auto", having(*SMALL), SMALL).tier == "batched"
