"""The networks that ship, run by onnxruntime."""

import json
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnxruntime

from maquette.protocol import MaquetteError

from . import words

WEIGHTS: Final = Path(__file__).parent / "weights"
TRUNCATION: Final = 0.1  # of the cube: one unit of the distances that the networks know

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Context:
    """What is wanted: tokens [B, L, C] of words, pictures or both, a summary [B, C], and what guesses
    add to the tokens of shape and slots [B, T + S, C].
    """

    tokens: Floats
    summary: Floats
    hint: Floats


@dataclass(frozen=True)
class Seen:
    """Pictures as the model sees them: what they and prompts ask for, and the share [B, K] of each kind."""

    context: Context
    kinds: Floats


class Model:
    """The networks of one folder, each loaded when it is first asked for.

    Results depend on the inputs alone: sessions run a product at a time, in a fixed order.
    """

    def __init__(self, folder: Path = WEIGHTS) -> None:
        self.folder = folder
        path = folder / "about.json"
        if not path.exists():
            raise MaquetteError(
                "missing_weights", f"{path} is not there: install maquette again", "install_environment"
            )
        self.about: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        self.shape_sizes: dict[str, int] = self.about["model"]["shape"]
        self.flow_sizes: dict[str, int] = self.about["model"]["flow"]

    @cached_property
    def slots(self) -> int:
        return self.flow_sizes["slots"]

    def text(self, prompts: list[str]) -> Context:
        """The context of prompts; an empty one is what guidance leads away from."""
        sizes = self.flow_sizes
        word_rows, gram_rows = words.numbers(
            prompts, sizes["words"], sizes["word_buckets"], sizes["grams"], sizes["gram_buckets"]
        )
        return Context(*self._run(self._text, words=word_rows, grams=gram_rows))

    def picture(self, pictures: Floats, prompts: list[str]) -> Seen:
        """The context of pictures [B, H, W, 4] (sRGB times alpha, and alpha) and prompts, perhaps empty."""
        text = self.text(prompts)
        tokens, summary, hint, scores = self._run(self._picture, picture=np.asarray(pictures, np.float32))
        both = np.concatenate([text.tokens, tokens], axis=1)
        context = Context(both, text.summary + summary, text.hint + hint)
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        return Seen(context, shares / shares.sum(axis=1, keepdims=True))

    def velocity(
        self, shape: Floats, slots: Floats, shape_time: float, slots_time: float, context: Context
    ) -> tuple[Floats, Floats]:
        """Of shape tokens [B, T, C] and slot tokens [B, S, C'] at their times, 1 noise and 0 data."""
        count = len(shape)
        found = self._run(
            self._flow,
            shape=shape,
            slots=slots,
            shape_time=np.full(count, shape_time, np.float32),
            slots_time=np.full(count, slots_time, np.float32),
            tokens=np.broadcast_to(context.tokens, (count, *context.tokens.shape[1:])),
            summary=np.broadcast_to(context.summary, (count, *context.summary.shape[1:])),
            hint=np.broadcast_to(context.hint, (count, *context.hint.shape[1:])),
        )
        return found[0], found[1]

    def decode(self, shape: Floats) -> Floats:
        """Shape tokens [B, T, C] to features [B, 1 + F, R, R, R]."""
        return self._run(self._decoder, shape=shape)[0]

    def encode(self, grid: Floats) -> Floats:
        """Distances [B, R, R, R] in truncations, cut off at ±1, to shape tokens."""
        return self._run(self._encoder, grid=grid)[0]

    def at_points(self, features: Floats) -> Floats:
        """Features [N, 1 + F] of points to distances in truncations and scores of slots, [N, 1 + S]."""
        return self._run(self._point, features=features)[0]

    @cached_property
    def _text(self) -> onnxruntime.InferenceSession:
        return self._session("text")

    @cached_property
    def _picture(self) -> onnxruntime.InferenceSession:
        return self._session("picture")

    @cached_property
    def _flow(self) -> onnxruntime.InferenceSession:
        return self._session("flow")

    @cached_property
    def _decoder(self) -> onnxruntime.InferenceSession:
        return self._session("decoder")

    @cached_property
    def _encoder(self) -> onnxruntime.InferenceSession:
        return self._session("encoder")

    @cached_property
    def _point(self) -> onnxruntime.InferenceSession:
        return self._session("point", threads=1)  # it is called from several threads

    def _session(self, name: str, threads: int = 0) -> onnxruntime.InferenceSession:
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        return onnxruntime.InferenceSession(
            str(self.folder / f"{name}.onnx"), options, providers=["CPUExecutionProvider"]
        )

    @staticmethod
    def _run(session: onnxruntime.InferenceSession, **inputs: npt.NDArray[Any]) -> list[Floats]:
        found: list[Floats] = session.run(None, {k: np.ascontiguousarray(v) for k, v in inputs.items()})
        return found


@cache
def shipped() -> Model:
    """The model that came with the package."""
    return Model()
