"""Views cut into squares as large as the networks paint, so that views may be larger than that."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maquette.priors.tiles import Tiles, plan_tiles

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class ViewTiles:
    """The squares of several views in which there is something to paint."""

    tiles: Tiles  # of one view
    places: tuple[tuple[int, int], ...]  # N pairs: which view, and which of its tiles

    @property
    def views(self) -> list[int]:
        """The view of each square [N]."""
        return [view for view, _ in self.places]

    def cut(self, pictures: Floats) -> Floats:  # [V, H, H, C] -> [N, T, T, C]
        squares = []
        for view, number in self.places:
            y, x = self.tiles.corners[number]
            squares.append(pictures[view, y : y + self.tiles.tile, x : x + self.tiles.tile])
        return np.stack(squares)

    def join(self, squares: Floats, over: Floats) -> Floats:  # [N, T, T, C], [V, H, H, C] -> [V, H, H, C]
        """The pictures `over` with the squares in their places, faded into each other."""
        cut = np.stack([self.tiles.cut(picture) for picture in over])  # [V, tiles, T, T, C]
        for square, (view, number) in zip(squares, self.places, strict=True):
            cut[view, number] = square
        return np.stack([self.tiles.join(every) for every in cut])

    def single(self, place: int) -> "ViewTiles":
        """Only the square of that number."""
        return ViewTiles(self.tiles, (self.places[place],))


def tile_views(
    wanted: npt.NDArray[np.bool_],  # [V, H, H] where something is to be painted
    tile: int,
) -> ViewTiles:
    """Squares of `tile` pixels; those with nothing to paint are left out."""
    tiles = plan_tiles(wanted.shape[1], wanted.shape[2], tile)
    cut = np.stack([tiles.cut(view[..., None]) for view in wanted])  # [V, tiles, T, T, 1]
    chosen = np.argwhere(cut.any(axis=(2, 3, 4)))
    return ViewTiles(tiles, tuple((int(view), int(number)) for view, number in chosen))
