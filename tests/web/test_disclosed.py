"""No page that everybody can open counts people out: random programmes on all of them."""

import random

import pytest

from jukwaa.programmes import disclosure
from jukwaa.programmes.models import Programme
from tests import make
from tests.lengths import DISCLOSED_PROGRAMMES
from tests.web import disclosed

pytestmark = pytest.mark.django_db


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(DISCLOSED_PROGRAMMES))
def test_no_page_for_everybody_counts_people_out(seed):
    of = disclosed.programme_of(seed)
    languages = (disclosed.LANGUAGES[seed % len(disclosed.LANGUAGES)],)
    before = disclosed.pages(of, languages)

    assert disclosed.counted_out(of, before) == []
    gone = disclosed.take_away(of, random.Random(seed))
    assert gone
    assert disclosed.told_apart(before, disclosed.pages(of, languages)) == []


def heard(*sizes: int) -> Programme:
    """A public programme in which so many of each group were heard."""
    of = make.programme(public=True)
    make.stage(of, kind="research", title="Listening")
    for size in sizes:
        group = make.constituency(of)
        for _number in range(size):
            make.testimony(of, voice=make.participant(of, constituency=group, consented=False))
    return of


def test_hiding_small_cells_only_leaks_by_subtraction_and_is_found(monkeypatch):
    of = heard(23, 17, 4)

    assert len(disclosed.could_be(of, off=2)) >= 5
    monkeypatch.setattr(disclosure, "rounded", lambda count: count)
    assert disclosed.could_be(of, off=0) == {4}


@pytest.mark.slow
def test_exact_counts_on_a_page_are_found(monkeypatch):
    of = disclosed.programme_of(10)
    assert disclosed.counted_out(of, disclosed.pages(of, ("en",))) == []

    monkeypatch.setattr(disclosure, "rounded", lambda count: count)

    assert disclosed.counted_out(of, disclosed.pages(of, ("en",))) != []


@pytest.mark.slow
def test_small_counts_that_are_only_rounded_are_found(monkeypatch):
    of = disclosed.programme_of(10)
    monkeypatch.setattr(disclosure, "SMALLEST", 0)
    before = disclosed.pages(of, ("en",))

    for seed in range(9):
        disclosed.take_away(of, random.Random(seed))

    assert disclosed.told_apart(before, disclosed.pages(of, ("en",))) != []
