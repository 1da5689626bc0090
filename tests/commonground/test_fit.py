"""The fit, against a twin that goes person by person and vote by vote, and against scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from commonground._fit import Cast, Fit, begin, fit, settle_persons, settle_statements
from commonground._groups import plane
from tests.commonground import worlds

Votes = list[tuple[int, int, float]]


def votes_of(world: worlds.World) -> Votes:
    return [(int(who[1:]), int(what[1:]), float(vote)) for who, what, vote in world.rows]


def cast_of(votes: Votes, people: int, statements: int) -> Cast:
    rows, columns, said = (np.array(each) for each in zip(*votes, strict=True))
    return Cast.of(rows, columns, said, (people, statements))


@pytest.fixture(scope="module")
def small() -> tuple[Votes, Cast, Fit]:
    """A small world, three sweeps in."""
    votes = votes_of(worlds.spatial_world(people=40, statements=15, votes=8))
    cast = cast_of(votes, 40, 15)
    now = begin(cast, 2, np.random.default_rng(1))
    for _ in range(3):
        now = settle_statements(cast, settle_persons(cast, now))
    return votes, cast, now


def slow_person(votes: Votes, now: Fit, person: int) -> tuple[np.ndarray, np.ndarray]:
    """One person's posterior, vote by vote."""
    precision = np.diag([1 / now.tendency_spread, 1.0, 1.0])
    pull = np.zeros(3)
    for who, what, vote in votes:
        if who != person:
            continue
        mean, direction = now.statements[what, 0], now.statements[what, 1:]
        covariance = now.statement_covariances[what]
        expected = np.concatenate(([1.0], direction))
        square = np.outer(expected, expected)
        square[1:, 1:] += covariance[1:, 1:]
        crossed = np.concatenate(([0.0], covariance[0, 1:]))
        precision += square / now.noise
        pull += ((vote - mean) * expected - crossed) / now.noise
    covariance = np.linalg.inv(precision)
    return covariance @ pull, covariance


def slow_statement(votes: Votes, now: Fit, statement: int) -> tuple[np.ndarray, np.ndarray]:
    """One statement's posterior, vote by vote."""
    precision = np.diag([1 / now.mean_spread, *(1 / now.direction_spread)])
    pull = np.array([now.usual_mean / now.mean_spread, 0.0, 0.0])
    for who, what, vote in votes:
        if what != statement:
            continue
        tendency, place = now.persons[who, 0], now.persons[who, 1:]
        covariance = now.person_covariances[who]
        expected = np.concatenate(([1.0], place))
        square = np.outer(expected, expected)
        square[1:, 1:] += covariance[1:, 1:]
        crossed = np.concatenate(([0.0], covariance[0, 1:]))
        precision += square / now.noise
        pull += ((vote - tendency) * expected - crossed) / now.noise
    covariance = np.linalg.inv(precision)
    return covariance @ pull, covariance


def slow_noise(votes: Votes, now: Fit) -> float:
    """The expected squared distance of a vote from what the model says, vote by vote."""
    total = 0.0
    for who, what, vote in votes:
        person, statement = now.persons[who], now.statements[what]
        ours, theirs = now.person_covariances[who], now.statement_covariances[what]
        left = vote - statement[0] - person[0] - person[1:] @ statement[1:]
        total += left**2 + ours[0, 0] + theirs[0, 0]
        total += 2 * ours[0, 1:] @ statement[1:] + 2 * theirs[0, 1:] @ person[1:]
        total += statement[1:] @ ours[1:, 1:] @ statement[1:] + person[1:] @ theirs[1:, 1:] @ person[1:]
        total += np.trace(ours[1:, 1:] @ theirs[1:, 1:])
    return total / len(votes)


def test_persons_are_settled_as_vote_by_vote(small):
    votes, cast, now = small
    after = settle_persons(cast, now)

    for person in range(40):
        place, covariance = slow_person(votes, now, person)
        assert after.persons[person] == pytest.approx(place, abs=1e-10)
        assert after.person_covariances[person] == pytest.approx(covariance, abs=1e-10)


def test_statements_and_noise_are_settled_as_vote_by_vote(small):
    votes, cast, now = small
    after = settle_statements(cast, now)

    for statement in range(15):
        direction, covariance = slow_statement(votes, now, statement)
        assert after.statements[statement] == pytest.approx(direction, abs=1e-10)
        assert after.statement_covariances[statement] == pytest.approx(covariance, abs=1e-10)
    assert after.noise == pytest.approx(slow_noise(votes, after), rel=1e-9)


def test_a_person_without_votes_stands_in_the_middle_unsure():
    votes = votes_of(worlds.spatial_world(people=40, statements=15, votes=8))
    now = fit(cast_of(votes, 41, 15), rng=np.random.default_rng(1))

    assert now.persons[40] == pytest.approx(0.0)
    assert now.person_covariances[40, 1:, 1:] == pytest.approx(np.eye(4))


def test_who_votes_less_stands_less_surely():
    votes = votes_of(worlds.spatial_world(people=200, statements=60, votes=30))
    heavy = fit(cast_of(votes, 200, 60), rng=np.random.default_rng(1))
    first_seven = [vote for vote in votes if vote[0] == 0][:7]
    light = fit(
        cast_of([vote for vote in votes if vote[0]] + first_seven, 200, 60), rng=np.random.default_rng(1)
    )

    unsure, sure = (np.trace(now.person_covariances[0, 1:3, 1:3]) for now in (light, heavy))
    assert unsure > 2 * sure


def test_yes_saying_is_taken_out_of_the_picture():
    world = worlds.null_world(people=300, statements=50, votes=30, acquiescence=1.5)
    now = fit(cast_of(votes_of(world), 300, 50), rng=np.random.default_rng(1))
    agreeing = np.zeros(300)
    for who, _, vote in votes_of(world):
        agreeing[who] += vote
    flat = plane(now)

    assert np.corrcoef(now.persons[:, 0], agreeing)[0, 1] > 0.9
    assert flat.strengths.sum() < 0.5 * now.tendency_spread


def test_known_camps_are_found_again_better_than_by_the_usual_way():
    from sklearn.cluster import KMeans
    from sklearn.decomposition import PCA

    ours, usual = [], []
    for seed in range(6):
        world = worlds.spatial_world(people=200, statements=60, votes=20, seed=seed)
        votes, camps = votes_of(world), list(world.camps.values())
        flat = plane(fit(cast_of(votes, 200, 60), rng=np.random.default_rng(1)))
        ours.append(adjusted_rand_score(camps, parted(flat.places[:, :2], KMeans)))
        filled = np.full((200, 60), np.nan)
        for who, what, vote in votes:
            filled[who, what] = vote
        count = (~np.isnan(filled)).sum(axis=1)
        filled = np.where(np.isnan(filled), np.nanmean(filled, axis=0), filled)
        places = PCA(2).fit_transform(filled) * np.sqrt(60 / count)[:, None]
        usual.append(adjusted_rand_score(camps, parted(places, KMeans)))

    assert np.mean(ours) > np.mean(usual) + 0.03


def parted(places: np.ndarray, method: type) -> np.ndarray:
    return method(3, n_init=10, random_state=1).fit_predict(places)


@pytest.mark.parametrize("dimensions", [0, 4])
def test_the_start_of_singular_vectors_does_not_decide_the_fit(dimensions):
    votes = votes_of(worlds.spatial_world(people=150, statements=40, votes=25))
    cast = cast_of(votes, 150, 40)

    one, other = (fit(cast, dimensions=dimensions, rng=np.random.default_rng(seed)) for seed in (1, 2))

    assert one.noise == pytest.approx(other.noise, rel=1e-3)
    if dimensions:
        assert np.abs(plane(one).places[:, :2]) == pytest.approx(np.abs(plane(other).places[:, :2]), abs=0.05)
