"""The map: the same whatever the order and the names; groups where there are some, and only there."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from commonground import Drawn, OpinionMap, VoteTable, draw, read_conversation
from tests.commonground import worlds

people = [f"p{number}" for number in range(30)]
things = [f"s{number}" for number in range(8)]
rooms = st.dictionaries(
    st.tuples(st.sampled_from(people), st.sampled_from(things)), st.sampled_from([-1, 0, 1]), max_size=150
)


def map_of(world: worlds.World, **kwargs) -> OpinionMap:
    drawn = draw(VoteTable.from_rows(world.rows), **kwargs).map
    assert drawn is not None
    return drawn


def as_text(drawn: Drawn) -> str:
    return json.dumps(drawn.as_json(persons=True), sort_keys=True)


@given(said=rooms, rng=st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_votes_in_any_order_draw_the_same_bytes(said, rng):
    rows = [(who, what, vote) for (who, what), vote in said.items()]

    one = draw(VoteTable.from_rows(rows))
    other = draw(VoteTable.from_rows(rng.sample(rows, len(rows))))

    assert as_text(one) == as_text(other)


def test_a_larger_conversation_too():
    world = worlds.class_world(people=150, statements=40, votes=30)
    shuffled = [world.rows[place] for place in np.random.default_rng(3).permutation(len(world.rows))]

    assert as_text(draw(VoteTable.from_rows(world.rows))) == as_text(draw(VoteTable.from_rows(shuffled)))


def test_other_names_leave_everyone_where_they_stand():
    world = worlds.spatial_world(people=150, statements=40, votes=30)
    rng = np.random.default_rng(4)
    called = dict(zip(world.camps, (f"x{n}" for n in rng.permutation(len(world.camps))), strict=True))
    texts = sorted({what for _, what, _ in world.rows})
    named = dict(zip(texts, (f"y{n}" for n in rng.permutation(len(texts))), strict=True))

    one = map_of(world)
    renamed = [(called[who], named[what], vote) for who, what, vote in world.rows]
    other = draw(VoteTable.from_rows(renamed)).map

    assert other is not None
    assert one.groups is not None
    for who, place in one.places.items():
        twin = other.places[called[who]]
        assert (place.x, place.y) == pytest.approx((twin.x, twin.y), abs=1e-6)
        assert place.group == twin.group
    assert [named[pull.statement] for pull in one.axes[0].more] == [
        pull.statement for pull in other.axes[0].more
    ]


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [("ann", "water", 1)],
        [("ann", thing, 1) for thing in things],
        [(who, "water", (-1) ** number) for number, who in enumerate(people)],
        [(who, thing, 0) for who in people for thing in things],
        [(who, thing, 1) for who in people for thing in things],
    ],
    ids=["nobody", "one vote", "one voter", "one statement", "all pass", "all agree"],
)
def test_there_is_no_map_where_nothing_parts_people(rows):
    drawn = draw(VoteTable.from_rows(rows))

    assert drawn.map is None
    assert len(drawn.findings) == len({what for _, what, _ in rows})


@pytest.mark.parametrize("seed", range(4))
def test_no_groups_are_claimed_where_there_are_none(seed):
    drawn = map_of(worlds.null_world(people=150, statements=50, votes=25, seed=seed))

    assert drawn.groups is None
    assert drawn.evidence.number is None
    assert drawn.evidence.reason in ("no better than none", "not stable")
    assert {place.group for place in drawn.places.values()} == {None}


def test_planted_groups_are_found_by_number_and_by_name():
    world = worlds.spatial_world(people=240, statements=60, votes=45, seed=2)
    drawn = map_of(world)

    assert drawn.evidence.number == 3
    labelled = {who: place.group for who, place in drawn.places.items() if place.group}
    assert len(labelled) > 200
    assert adjusted_rand_score([world.camps[who] for who in labelled], list(labelled.values())) > 0.85
    assert drawn.groups is not None
    sizes = [group.size for group in drawn.groups]
    assert sizes == sorted(sizes, reverse=True)
    assert sum(sizes) + drawn.groups.unlabelled == drawn.people


def test_what_a_group_says_is_what_its_people_said():
    world = worlds.class_world(people=240, statements=40, votes=36, dividing=0.6, seed=3)
    drawn = map_of(world)
    assert drawn.groups is not None

    for group in drawn.groups:
        members = {who for who, place in drawn.places.items() if place.group == group.name}
        assert len(members) == group.size
        for saying in group.says:
            here = [vote for who, what, vote in world.rows if what == saying.statement and who in members]
            assert saying.here == pytest.approx((here.count(1) + 1) / (len(here) + 2), abs=1e-4)


def test_nobody_is_given_a_group_who_voted_little():
    world = worlds.spatial_world(people=240, statements=60, votes=24, seed=2)
    drawn = map_of(world)

    for place in drawn.places.values():
        assert place.group is None or (place.votes >= 20 and place.certainty >= 0.8)


def test_no_crowd_is_of_fewer_than_ten():
    drawn = map_of(worlds.spatial_world(people=120, statements=40, votes=20))

    for bins in (3, 8, 15):
        assert all(cell.count >= 10 for cell in drawn.crowd(bins))
        assert sum(cell.count for cell in drawn.crowd(bins)) <= 120


def test_a_map_without_places_has_only_the_cells_it_was_drawn_with():
    drawn = draw(VoteTable.from_rows(worlds.spatial_world(people=60, statements=20, votes=15).rows))
    kept = Drawn.from_json(json.loads(json.dumps(drawn.as_json())))

    assert kept.map is not None
    assert kept.map.places == {}
    assert kept.map.crowd() == drawn.map.crowd()
    with pytest.raises(ValueError, match="the people's places were not kept"):
        kept.map.crowd(drawn.map.bins + 1)


def test_the_core_is_what_parts_people_most():
    drawn = map_of(worlds.spatial_world(people=120, statements=40, votes=20))

    core = drawn.core(4)
    assert len(core) == 4
    assert core[0] in {pull.statement for pull in (*drawn.axes[0].more, *drawn.axes[0].less)}


def test_a_drawing_survives_json():
    drawn = draw(VoteTable.from_rows(worlds.class_world(people=150, statements=40, votes=35).rows))

    assert Drawn.from_json(json.loads(json.dumps(drawn.as_json(persons=True)))) == drawn


def test_another_seed_and_another_threshold_make_another_digest():
    votes = VoteTable.from_rows([("ann", "water", 1)])
    digests = {
        draw(votes).digest,
        draw(votes, rng=8).digest,
        draw(votes, threshold=0.7).digest,
        draw(votes, constituencies={"ann": "miners"}).digest,
    }

    assert len(digests) == 4


@pytest.mark.parametrize("threshold", [0.4, 1.0, -1])
def test_a_threshold_out_of_reach_is_refused(threshold):
    with pytest.raises(ValueError, match=r"a threshold lies above 0\.4 and below 1"):
        draw(VoteTable.from_rows([]), threshold=threshold)


def test_one_name_is_not_a_collection_of_constituencies():
    with pytest.raises(TypeError, match="everyone_asked is a collection"):
        draw(VoteTable.from_rows([]), everyone_asked="women")


@pytest.mark.parametrize(("name", "number"), [("vtaiwan.uberx", 2), ("london.youth.policing", None)])
def test_a_known_conversation_is_drawn_as_before(shared_data, name, number):
    votes = VoteTable.from_rows(read_conversation(shared_data / "opendata" / name).current_votes())
    drawn = draw(votes).map

    assert drawn is not None
    assert drawn.evidence.number == number
    assert drawn.evidence.positions_gain > 0


def test_what_a_group_says_seldom_is_what_all_say():
    false = said = 0
    for seed in range(4):
        world = worlds.class_world(people=240, statements=80, votes=36, dividing=0.4, seed=seed)
        alike = np.ptp(world.rates, axis=0) < 1e-9
        for group in map_of(world).groups or ():
            said += len(group.says)
            false += sum(alike[int(saying.statement[1:])] for saying in group.says)

    assert said > 20
    assert false <= 0.1 * said


def test_what_a_group_says_comes_with_its_doubt():
    drawn = map_of(worlds.class_world(people=240, statements=40, votes=36, dividing=0.6, seed=3))
    assert drawn.groups is not None

    for saying in (saying for group in drawn.groups for saying in group.says):
        assert saying.low <= saying.effect <= saying.high
        assert saying.low > 0 or saying.high < 0
        assert 0 <= saying.false <= 0.1


def test_each_group_says_how_alike_it_stays_when_votes_are_missing_and_when_people_are():
    drawn = map_of(worlds.spatial_world(people=240, statements=60, votes=45, seed=2))
    assert drawn.groups is not None

    for group in drawn.groups:
        assert 0.8 < group.stability <= 1
        assert 0.8 < group.resampled <= 1


def test_many_people_are_drawn_from_a_sample_that_names_have_no_say_in():
    world = worlds.class_world(
        people=700, statements=20, votes=20, shares=(0.6, 0.4), acquiescence=0.2, dividing=1.0, seed=5
    )
    rows = [(f"{who}-{copy}", what, vote) for copy in range(30) for who, what, vote in world.rows]
    one = draw(VoteTable.from_rows(rows)).map
    renamed = [(who[::-1], what, vote) for who, what, vote in rows]
    other = draw(VoteTable.from_rows(renamed)).map

    assert one is not None
    assert other is not None
    assert one.people == 21_000
    assert one.evidence.number == 2
    labelled = [place.group for place in one.places.values()]
    assert labelled == [other.places[who[::-1]].group for who in one.places]
    for who in list(one.places)[::100]:
        place, twin = one.places[who], other.places[who[::-1]]
        assert (place.x, place.y) == pytest.approx((twin.x, twin.y), abs=1e-6)
