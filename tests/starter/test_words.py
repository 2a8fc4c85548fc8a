import numpy as np

from maquette.starter import words

SIZES = {"words": 6, "word_buckets": 4096, "grams": 12, "gram_buckets": 4096}


def test_numbers_do_not_depend_on_case_or_punctuation_and_stay_what_they_are() -> None:
    plain, grams = words.numbers(["a red chair"], **SIZES)
    loud, loud_grams = words.numbers(["A RED, chair!"], **SIZES)
    assert np.array_equal(plain, loud)
    assert np.array_equal(grams, loud_grams)
    assert plain[0, :4].tolist() == [3119, 4013, 1296, 0]  # trained weights know these words by these numbers


def test_words_beyond_the_end_are_left_out() -> None:
    rows, _ = words.numbers(["one two three four five six seven"], **SIZES)
    assert rows.shape == (1, 6)
    assert (rows > 0).all()


def test_an_unknown_form_shares_pieces_with_the_known_one() -> None:
    _, grams = words.numbers(["wooden woodens table"], **SIZES)
    known, form, other = (set(row[row > 0].tolist()) for row in grams[0, :3])
    assert len(known & form) >= 5
    assert len(known & other) <= 1


def test_an_empty_prompt_has_no_words() -> None:
    rows, grams = words.numbers([""], **SIZES)
    assert not rows.any()
    assert not grams.any()
