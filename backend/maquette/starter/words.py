"""Prompts as numbers: every word by a hash of itself and of its n-grams, so that none is outside a list."""

import hashlib
import re
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

_WORD: Final = re.compile(r"[a-z]+|[0-9]+")
_GRAMS: Final = (3, 4)

Indices = npt.NDArray[np.int64]


def split(prompt: str) -> list[str]:
    """The words of a prompt, in lower case."""
    return _WORD.findall(prompt.lower())


def numbers(
    prompts: Sequence[str],
    words: int,  # kept of a prompt
    word_buckets: int,
    grams: int,  # kept of a word
    gram_buckets: int,
) -> tuple[Indices, Indices]:
    """Words [B, L] and n-grams [B, L, G], from 1 on; 0 where there is none."""
    word_rows = np.zeros((len(prompts), words), np.int64)
    gram_rows = np.zeros((len(prompts), words, grams), np.int64)
    for row, prompt in enumerate(prompts):
        for place, word in enumerate(split(prompt)[:words]):
            word_rows[row, place] = 1 + _hash(word, "word") % word_buckets
            for i, gram in enumerate(_ngrams(word)[:grams]):
                gram_rows[row, place, i] = 1 + _hash(gram, "gram") % gram_buckets
    return word_rows, gram_rows


def _ngrams(word: str) -> list[str]:
    """Pieces of the word with its ends marked; the shorter first."""
    marked = f"<{word}>"
    return [marked[i : i + n] for n in _GRAMS for i in range(len(marked) - n + 1)]


def _hash(text: str, salt: str) -> int:
    return int.from_bytes(hashlib.blake2b(f"{salt} {text}".encode(), digest_size=6).digest(), "little")
