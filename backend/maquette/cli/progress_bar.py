"""A progress bar for terminals; elsewhere one line per stage."""

import shutil
from typing import TextIO

WIDTH = 24


class ProgressBar:
    """Draws over its own last line until it is cleared."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._is_terminal = stream.isatty()
        self._is_drawn = False
        self._last_label = ""

    def show(self, label: str, fraction: float, seconds_left: float, amount: str = "") -> None:
        """`fraction` is 0 to 1, `seconds_left` negative while unknown; `amount` is for terminals alone."""
        if not self._is_terminal:
            if label != self._last_label:
                self._stream.write(f"{label}\n")
        else:
            done = round(WIDTH * fraction)
            left = f", {seconds_left:.0f} s left" if seconds_left >= 0 else ""
            text = f"[{'#' * done}{'.' * (WIDTH - done)}] {fraction:4.0%} {label}{amount}{left}"
            columns = shutil.get_terminal_size().columns
            self._stream.write(f"\r\x1b[K{text[: columns - 1]}")
            self._is_drawn = True
        self._last_label = label
        self._stream.flush()

    def clear(self) -> None:
        """Removes the bar, so that a line can be written."""
        if self._is_drawn:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._is_drawn = False
