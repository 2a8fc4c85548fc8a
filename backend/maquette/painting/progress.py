"""Work that names its own stages, as one step of a recipe's stage."""

from maquette.progress import Progress


def within(progress: Progress) -> Progress:
    """Passes reports on as signs of life of the stage that is open, and cancels where `progress` does."""
    return Progress(lambda *_: progress.step(0), progress.is_cancelled)
