"""A strand: many in one thread, who write together."""

import threading
from collections.abc import Callable, Iterator

import pytest
from django.utils import translation

from jukwaa.record.strand import MOST_ASIDE, Strand, step_aside


@pytest.fixture
def strand() -> Iterator[Strand]:
    """A strand that stops when the test does."""
    made = Strand()
    yield made
    made.end(patience=10)


def hold_up(strand: Strand) -> Callable[[], None]:
    """Keep the strand from beginning anything until what is given here is called."""
    release = threading.Event()
    strand.add(lambda: release.wait(10) and None)
    return release.set


def test_those_who_step_aside_wait_until_the_others_have_come_as_far(strand: Strand):
    told: list[str] = []

    def come(name: str) -> None:
        told.append(f"{name} comes")
        step_aside()
        told.append(f"{name} goes on")

    release = hold_up(strand)
    for name in "abc":
        strand.add(lambda name=name: come(name))
    release()
    strand.end(patience=10)

    assert told == ["a comes", "b comes", "c comes", "a goes on", "b goes on", "c goes on"]


def test_no_more_step_aside_than_one_can_wait_for(strand: Strand):
    aside = most = 0

    def come() -> None:
        nonlocal aside, most
        aside, most = aside + 1, max(most, aside + 1)
        step_aside()
        aside -= 1

    release = hold_up(strand)
    for _ in range(MOST_ASIDE * 3):
        strand.add(come)
    release()
    strand.end(patience=10)

    assert (aside, most) == (0, MOST_ASIDE)


def test_many_who_never_step_aside_do_not_hold_up_those_who_have(strand: Strand):
    told: list[str] = []

    def come() -> None:
        step_aside()
        told.append("the vote")

    release = hold_up(strand)
    strand.add(come)
    for _ in range(MOST_ASIDE * 5):
        strand.add(lambda: told.append("another"))
    release()
    strand.end(patience=10)

    assert told.index("the vote") <= MOST_ASIDE


def test_each_keeps_its_own_language_while_others_speak_theirs(strand: Strand):
    spoken: list[str | None] = []

    def speak(language: str) -> None:
        with translation.override(language):
            step_aside()
            spoken.append(translation.get_language())

    release = hold_up(strand)
    for language in ["sw", "fr", "en"]:
        strand.add(lambda language=language: speak(language))
    release()
    strand.end(patience=10)

    assert spoken == ["sw", "fr", "en"]


def test_one_that_fails_takes_no_other_along(strand: Strand, caplog: pytest.LogCaptureFixture):
    done: list[str] = []

    def fail() -> None:
        step_aside()
        raise RuntimeError("the cable came off")

    strand.add(fail)
    strand.add(lambda: done.append("the next"))
    strand.end(patience=10)

    assert done == ["the next"]
    assert "the cable came off" in caplog.text


def test_outside_a_lane_nobody_is_let_pass():
    step_aside()
