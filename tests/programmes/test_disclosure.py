"""What may be seen of a count of people (trust.md §3.7, rules 1, 2 and 6)."""

from collections import Counter

import pytest

from jukwaa.programmes import disclosure
from jukwaa.programmes.disclosure import Frame, shown_count, shown_share


@pytest.mark.parametrize("count", range(10))
def test_fewer_than_ten_are_not_counted_out_nobody_included(count):
    assert shown_count(count) == shown_count(count, Frame.ROOM) == "<10"
    assert disclosure.in_words(count) == "fewer than ten"
    assert disclosure.about(count) == 0


@pytest.mark.parametrize(("count", "shown"), [(10, "10"), (12, "10"), (13, "15"), (97, "95"), (98, "100")])
def test_from_ten_on_everybody_sees_fives_the_hall_and_the_staff_the_number(count, shown):
    assert shown_count(count) == shown
    assert shown_count(count, Frame.ROOM) == shown_count(count, Frame.STAFF) == str(count)
    assert disclosure.in_words(count) == f"about {shown}"


def test_a_share_needs_twenty_people():
    assert shown_share(10, 19) is None
    assert shown_share(10, 20) == "50 %"


def test_a_share_never_tells_that_all_or_none_did():
    assert shown_share(200, 200) == shown_share(195, 200) == "≥95 %"
    assert shown_share(0, 400) == shown_share(9, 400) == "≤5 %"


def test_a_share_does_not_count_out_fewer_than_ten():
    assert {shown_share(part, 30) for part in range(10)} == {"<33 %"}
    assert shown_share(10, 30) == "33 %"


def test_what_is_shown_of_a_share_and_its_base_leaves_five_ways_it_could_be():
    ways: Counter[tuple[str, str | None]] = Counter()
    for base in range(23, 123):
        for part in range(base + 1):
            ways[shown_count(base), shown_share(part, base)] += 1

    assert min(ways.values()) >= 5


def test_an_election_announces_exact_totals_from_ten_ballots_on():
    assert disclosure.shown_election(9, {"Neema": 9}) is None
    assert disclosure.shown_election(10, {"Neema": 7, "Juma": 3}) == {"Neema": 7, "Juma": 3}


@pytest.mark.parametrize(
    ("part", "base", "drawn"), [(31, 83, 35), (9, 83, None), (15, 19, None), (152, 152, 95), (10, 400, 5)]
)
def test_a_share_is_drawn_where_it_may_be_said(part, base, drawn):
    assert disclosure.drawn_share(part, base) == drawn
