"""New votes on a map that stands: those who voted move, nobody else does."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from commonground import Ground, VoteTable, draw, go_on_from, keep, lay
from commonground.__main__ import main
from tests.commonground import worlds
from tests.commonground.test_report import sheet

WORLD = worlds.spatial_world(people=200, statements=40, votes=28, seed=2)
EARLY = [row for row in WORLD.rows if row[0] < "p0150"]


def table(rows: worlds.Rows) -> VoteTable:
    return VoteTable.from_rows(rows)


@pytest.fixture(scope="module")
def ground() -> Ground:
    """The ground of the first 150 people."""
    found = lay(table(EARLY))
    assert found is not None
    return found


def drawing(ground: Ground) -> dict:
    plain = draw(ground).as_json(persons=True)
    assert plain["map"] is not None
    return plain["map"]


def by_name(ground: Ground, values) -> dict:
    return {
        ground.votes.participants[place]: value for place, value in zip(ground.people, values, strict=True)
    }


def test_a_ground_draws_what_its_votes_draw(ground):
    assert draw(ground).as_json(persons=True) == draw(table(EARLY)).as_json(persons=True)


def test_only_those_who_voted_move(ground):
    new = [row for row in WORLD.rows if "p0150" <= row[0] < "p0155"] + [("p0003", "s039", 1)]
    before, after = drawing(ground), drawing(ground.take_in(table(new)))
    moved = {who for who, place in before["places"].items() if after["places"][who] != place}

    assert moved <= {"p0003"}
    assert set(after["places"]) - set(before["places"]) == {f"p{n:04}" for n in range(150, 155)}
    assert after["evidence"] == before["evidence"]
    assert after["people"] == 155


def test_newcomers_stand_where_a_full_drawing_puts_them(ground):
    new = [row for row in WORLD.rows if "p0150" <= row[0] < "p0165"]
    slowly = lay(table(EARLY + new), before=ground)
    quickly = ground.take_in(table(new))
    assert slowly is not None

    there, here = by_name(slowly, slowly.places), by_name(quickly, quickly.places)
    spread = np.std(slowly.places[:, :2])
    far = [np.abs(there[who][:2] - here[who][:2]).max() for who in here if who >= "p0150"]
    assert np.median(far) < 0.1 * spread
    assert max(far) < 0.5 * spread
    labels = by_name(slowly, slowly.labels), by_name(quickly, quickly.labels)
    both = [who for who in here if labels[0][who] >= 0 and labels[1][who] >= 0]
    assert adjusted_rand_score(*([each[who] for who in both] for each in labels)) > 0.95


names, things = (
    [f"p{n:04}" for n in range(0, 210, 7)],
    [*(f"s{n:03}" for n in range(0, 40, 9)), "new a", "new b"],
)


@given(
    batches=st.lists(
        st.dictionaries(
            st.tuples(st.sampled_from(names), st.sampled_from(things)),
            st.sampled_from([-1, 0, 1]),
            max_size=12,
        ),
        min_size=1,
        max_size=3,
    )
)
@settings(max_examples=15, deadline=None)
def test_what_is_carried_along_is_what_counting_anew_gives(ground, batches):
    said = {(who, what): vote for who, what, vote in EARLY}
    now = ground
    for batch in batches:
        said.update(batch)
        now = now.take_in(table([(*pair, vote) for pair, vote in batch.items()]))

    assert list(now.votes.take(np.arange(len(now.people)))) == sorted(
        (*pair, vote) for pair, vote in said.items()
    )
    if now.known_sums is not None:
        anew = Ground(**{**vars_of(now), "known_sums": None}).sums
        assert now.sums.squares == pytest.approx(anew.squares, abs=1e-8)
        assert now.sums.left == pytest.approx(anew.left, abs=1e-8)
        assert now.sums.without_tendency == pytest.approx(anew.without_tendency, abs=1e-8)
        assert (now.sums.people, now.sums.votes) == (anew.people, anew.votes)


def vars_of(ground: Ground) -> dict:
    return {name: getattr(ground, name) for name in Ground.__dataclass_fields__}


def test_many_new_votes_are_drawn_anew_without_turning_the_map(ground):
    new = [row for row in WORLD.rows if row[0] >= "p0150"]
    after = ground.take_in(table(new))
    assert after.laid == len(WORLD.rows)

    there, here = by_name(ground, ground.places), by_name(after, after.places)
    for axis in (0, 1):
        pairs = [(there[who][axis], here[who][axis]) for who in there]
        assert np.corrcoef(np.array(pairs).T)[0, 1] > 0.95
    labels = by_name(ground, ground.labels), by_name(after, after.labels)
    kept = [who for who in there if labels[0][who] >= 0 and labels[1][who] >= 0]
    assert np.mean([labels[0][who] == labels[1][who] for who in kept]) > 0.95


def test_a_mirrored_map_is_turned_back():
    rows = EARLY
    ground = lay(table(rows))
    assert ground is not None
    mirrored = Ground(
        **{
            **vars_of(ground),
            "turn": ground.turn.aligned(ground.places, ground.places[:, :2] * [-1, 1]),
            "known_sums": None,
        }
    )
    again = lay(table(rows), before=mirrored)

    assert again is not None
    assert np.corrcoef(again.places[:, 0], mirrored.places[:, 0])[0, 1] > 0.99
    assert np.corrcoef(again.places[:, 0], ground.places[:, 0])[0, 1] < -0.99


def test_a_kept_ground_is_read_back(ground, tmp_path):
    for number, one in enumerate((ground, ground.take_in(table(WORLD.rows[-60:])))):
        keep(one, tmp_path / f"{number}.ground")
        back = go_on_from(tmp_path / f"{number}.ground")

        assert draw(back).as_json(persons=True) == draw(one).as_json(persons=True)
        new = table([("p0003", "s039", 1)])
        assert drawing(back.take_in(new)) == drawing(one.take_in(new))


def test_nobody_is_lost_in_a_drawing_without_groups(tmp_path):
    world = worlds.null_world(people=60, statements=20, votes=8)
    ground = lay(table(world.rows))
    assert ground is not None
    keep(ground, tmp_path / "kept")
    after = go_on_from(tmp_path / "kept").take_in(table([("new", "s001", 1)]))

    assert len(drawing(after)["places"]) == len(drawing(ground)["places"]) + 1


def test_the_command_line_goes_on_from_a_kept_map(tmp_path, capsys):
    (tmp_path / "early").mkdir()
    early, late = (
        sheet(tmp_path / "early", EARLY),
        sheet(tmp_path, [("zoe", "s001", 1), ("p0003", "s002", -1)]),
    )
    kept = str(tmp_path / "kept")
    assert main(["map", str(early), "--json", str(tmp_path / "one.json"), "--keep", kept]) == 0
    assert (
        main(["map", str(late), "--json", str(tmp_path / "two.json"), "--before", kept, "--keep", kept]) == 0
    )
    one, two = (json.loads((tmp_path / name).read_text()) for name in ("one.json", "two.json"))

    assert set(two["participants"]) - set(one["participants"]) == {"zoe"}
    assert {who: two["participants"][who] for who in one["participants"] if who != "p0003"} == {
        who: place for who, place in one["participants"].items() if who != "p0003"
    }
    assert one["digest"] != two["digest"]


@pytest.mark.parametrize(
    ("name", "wrong"), [("nowhere", "the file is not there"), ("votes.csv", "no ground of a map")]
)
def test_what_is_no_kept_map_is_refused(tmp_path, capsys, name, wrong):
    file = sheet(tmp_path, EARLY[:50])

    assert main(["map", str(file), "--json", "-", "--before", str(tmp_path / name)]) == 2
    assert wrong in capsys.readouterr().err


def test_there_is_nothing_to_keep_of_too_few(tmp_path, capsys):
    file = sheet(tmp_path, [("ann", "Water", 1)])

    assert main(["map", str(file), "--json", "-", "--keep", str(tmp_path / "kept")]) == 2
    assert "There is no map to keep" in capsys.readouterr().err
