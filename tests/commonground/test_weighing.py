"""Weights describe: by voter, and women and men of a constituency half each; against twins vote by vote."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonground import VoteTable, weightings
from commonground.__main__ import main
from tests.commonground.test_commands import said

people = [f"p{number}" for number in range(12)]
rooms = st.dictionaries(
    st.tuples(st.sampled_from(people), st.sampled_from(["water", "roads"])), st.sampled_from([-1, 0, 1])
)
weights_of = st.dictionaries(st.sampled_from(people), st.floats(0.01, 100), min_size=1)


@given(room=rooms, weights=weights_of)
@settings(deadline=None)
def test_weighted_shares_are_as_vote_by_vote(room, weights):
    votes = VoteTable.from_rows([(who, what, vote) for (who, what), vote in room.items()])
    usual = sum(weights.values()) / len(weights)
    for each in weightings(votes, weights=weights):
        own = {who: weights.get(who, usual) for who, what in room if what == each.statement}
        agree = sum(weight for who, weight in own.items() if room[who, each.statement] == 1)
        total = sum(own.values())
        assert each.raked == pytest.approx(agree / total, abs=1e-4)
        assert each.effective == pytest.approx(total**2 / sum(w**2 for w in own.values()), abs=0.1)
        assert 1 <= each.effective + 0.05 <= len(own) + 0.1


@given(
    room=rooms,
    genders=st.dictionaries(st.sampled_from(people), st.sampled_from(["woman", "man"]), min_size=1),
    belongs=st.dictionaries(st.sampled_from(people), st.sampled_from(["miners", "traders"])),
)
@settings(deadline=None)
def test_women_and_men_of_a_constituency_count_half_each(room, genders, belongs):
    votes = VoteTable.from_rows([(who, what, vote) for (who, what), vote in room.items()])
    for each in weightings(votes, constituencies=belongs, genders=genders):
        shares = []
        for group in sorted(set(belongs.values())):
            cast = {
                w: v for (w, what), v in room.items() if what == each.statement and belongs.get(w) == group
            }
            halves = [[v for w, v in cast.items() if genders.get(w) == kind] for kind in ("woman", "man")]
            if all(len(half) >= 3 for half in halves):
                shares.append(sum(half.count(1) / len(half) for half in halves) / 2)
            elif cast:
                shares.append(list(cast.values()).count(1) / len(cast))
        expected = sum(shares) / len(shares) if shares else None
        assert each.equal_genders == (None if expected is None else pytest.approx(expected, abs=1e-4))


def test_alike_weights_change_nothing():
    votes = VoteTable.from_rows([(f"p{n}", "water", 1 if n < 7 else -1) for n in range(10)])
    [each] = weightings(votes, weights=dict.fromkeys(votes.participants, 2.5))

    assert (each.raked, each.effective, each.equal_genders) == (0.7, 10.0, None)


@pytest.mark.parametrize("weight", [0.0, -1.0, float("nan"), float("inf")])
def test_a_weight_that_is_none_is_refused(weight):
    with pytest.raises(ValueError, match="a weight is a number above zero"):
        weightings(VoteTable.from_rows([("ann", "water", 1)]), weights={"ann": weight})


def test_the_map_shows_them_beside_the_others(tmp_path, capsys):
    rows = "".join(
        f"p{n},Water,{1 if n < 2 else -1},{'woman' if n < 3 else 'man'},{9 - n}\n" for n in range(8)
    )
    (tmp_path / "votes.csv").write_text("participant,statement,vote,gender,weight\n" + rows)

    assert main(["map", str(tmp_path / "votes.csv"), "--json", "-"]) == 0
    statement = said(capsys)["statements"]["Water"]
    assert (statement["per_head"], statement["raked"], statement["equal_genders"]) == (0.25, 0.3864, 0.3333)
    assert statement["effective_voices"] == pytest.approx(44**2 / 284, abs=0.1)
