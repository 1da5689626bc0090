"""Near copies are found by the letters that statements share, and never hide a "not"."""

import uuid

import pytest

from jukwaa.dialogue.steering.nearness import Near, Worded, near_pairs


def pairs(*texts: str, language: str = "en") -> list[Near]:
    return list(near_pairs(tuple(Worded(uuid.UUID(int=n), language, t) for n, t in enumerate(texts))))


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "Mercury poisons our water.", "Our water is poisoned by mercury"),
        ("en", "We need licences for women", "WOMEN NEED LICENCES!"),
        ("sw", "Maji ni machafu", "Maji yetu ni machafu sana"),
        ("fr", "L'eau est sale", "L’eau est très sale"),
    ],
)
def test_what_says_nearly_the_same_in_one_language_is_near(language, one, other):
    [pair] = pairs(one, other, language=language)

    assert {pair.one.int, pair.other.int} == {0, 1}
    assert not pair.one_says_not


def test_what_shares_a_word_only_is_not_near():
    assert not pairs("Mercury must be banned", "The roads must be mended", "Children work in the pits")


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "The bridge must be repaired.", "The bridge must not be repaired."),
        ("en", "Banks lend us money", "Banks don’t lend us money"),
        ("sw", "Tunataki zebaki mtoni kwetu", "Hatutaki zebaki mtoni kwetu"),
        ("fr", "L'eau est sale", "L'eau n'est pas sale"),
        ("mg", "Madio ny rano eto", "Tsy madio ny rano eto"),
    ],
)
def test_a_pair_of_which_one_says_not_is_shown_and_says_so(language, one, other):
    [pair] = pairs(one, other, language=language)

    assert pair.one_says_not


def test_two_that_both_say_not_do_not_contradict():
    [pair] = pairs("We must not use mercury.", "Do not use mercury, we must not.")

    assert not pair.one_says_not


def test_the_nearest_come_first_and_the_same_words_are_nearest():
    found = pairs("The water is dirty", "The water is very dirty here", "the water is dirty!")

    assert found[0].likeness == 1.0
    assert [pair.likeness for pair in found] == sorted((p.likeness for p in found), reverse=True)


def test_statements_of_two_languages_are_not_compared():
    one, other = Worded(uuid.uuid4(), "en", "Maji"), Worded(uuid.uuid4(), "sw", "Maji")

    assert not near_pairs((one, other))


def test_no_words_are_near_to_nothing():
    assert not pairs("", "  …  ", "?")
    assert not pairs()
