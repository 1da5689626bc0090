"""Contribution tracing: odds from ratios, capped, named, and halved."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonground.contribution import BANDS, Band, agreed, band, ratio, weigh

CHANCES = st.integers(1, 99)


@given(st.lists(st.tuples(CHANCES, CHANCES), max_size=6))
def test_it_is_what_a_slow_twin_in_fractions_says(chances):
    odds = Fraction(1)
    for if_so, if_not in chances:
        odds *= min(max(Fraction(if_so, if_not), Fraction(1, 100)), Fraction(100))

    told = weigh([ratio(if_so / 100, if_not / 100) for if_so, if_not in chances])

    assert told.probability == pytest.approx(float(odds / (1 + odds)), abs=1e-9)


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=6))
def test_half_the_ratios_never_say_more(ratios):
    told = weigh(ratios)

    assert told.halved.probability < told.probability


def test_no_piece_counts_for_more_than_a_hundred_to_one():
    assert weigh([1e9]).odds == 100
    assert weigh([1e-9]).odds == pytest.approx(0.01)


def test_nothing_weighed_is_even_odds():
    told = weigh([])

    assert (told.odds, told.probability, told.band) == (1, 0.5, Band.OPEN)


@pytest.mark.parametrize(
    ("odds", "named"), [(99, "practically certain"), (19, "high"), (17 / 3, "reasonable")]
)
def test_the_bands_begin_where_befani_says(odds, named):
    told = weigh([min(odds, 100)])

    assert told.band.value == named


def test_every_probability_has_a_band():
    assert [band(least) for least, _named in BANDS] == [named for _least, named in BANDS]


def test_two_who_differ_meet_in_the_middle():
    assert agreed([4, 0.25]) == pytest.approx(1)


@pytest.mark.parametrize("chance", [0, 1, -0.1, 1.5])
def test_a_chance_that_nothing_could_move_is_refused(chance):
    with pytest.raises(ValueError, match="lies between 0 and 1"):
        ratio(chance, 0.5)
