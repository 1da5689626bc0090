"""A lane: many in one thread, who write together."""

import threading
from collections.abc import Callable, Iterator

import pytest
from django.utils import translation

from jukwaa.record.lane import MOST_ASIDE, Lane, step_aside


@pytest.fixture
def lane() -> Iterator[Lane]:
    """A lane that stops when the test does."""
    made = Lane()
    yield made
    made.end(patience=10)


def hold_up(lane: Lane) -> Callable[[], None]:
    """Keep the lane from beginning anything until what is given here is called."""
    release = threading.Event()
    lane.add(lambda: release.wait(10) and None)
    return release.set


def test_those_who_step_aside_wait_until_the_others_have_come_as_far(lane: Lane):
    told: list[str] = []

    def come(name: str) -> None:
        told.append(f"{name} comes")
        step_aside()
        told.append(f"{name} goes on")

    release = hold_up(lane)
    for name in "abc":
        lane.add(lambda name=name: come(name))
    release()
    lane.end(patience=10)

    assert told == ["a comes", "b comes", "c comes", "a goes on", "b goes on", "c goes on"]


def test_no_more_step_aside_than_one_can_wait_for(lane: Lane):
    aside = most = 0

    def come() -> None:
        nonlocal aside, most
        aside, most = aside + 1, max(most, aside + 1)
        step_aside()
        aside -= 1

    release = hold_up(lane)
    for _ in range(MOST_ASIDE * 3):
        lane.add(come)
    release()
    lane.end(patience=10)

    assert (aside, most) == (0, MOST_ASIDE)


def test_many_who_never_step_aside_do_not_hold_up_those_who_have(lane: Lane):
    told: list[str] = []

    def come() -> None:
        step_aside()
        told.append("the vote")

    release = hold_up(lane)
    lane.add(come)
    for _ in range(MOST_ASIDE * 5):
        lane.add(lambda: told.append("another"))
    release()
    lane.end(patience=10)

    assert told.index("the vote") <= MOST_ASIDE


def test_each_keeps_its_own_language_while_others_speak_theirs(lane: Lane):
    spoken: list[str | None] = []

    def speak(language: str) -> None:
        with translation.override(language):
            step_aside()
            spoken.append(translation.get_language())

    release = hold_up(lane)
    for language in ["sw", "fr", "en"]:
        lane.add(lambda language=language: speak(language))
    release()
    lane.end(patience=10)

    assert spoken == ["sw", "fr", "en"]


def test_one_that_fails_takes_no_other_along(lane: Lane, caplog: pytest.LogCaptureFixture):
    done: list[str] = []

    def fail() -> None:
        step_aside()
        raise RuntimeError("the cable came off")

    lane.add(fail)
    lane.add(lambda: done.append("the next"))
    lane.end(patience=10)

    assert done == ["the next"]
    assert "the cable came off" in caplog.text


def test_outside_a_lane_nobody_is_let_pass():
    step_aside()
