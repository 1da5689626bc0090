"""Small rooms, of any size and mind: no page for everybody, and no wall, points at one of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from jukwaa.dialogue import actions as dialogue
from jukwaa.dialogue import analysis
from jukwaa.dialogue.hall import actions as in_the_hall
from jukwaa.dialogue.minutes import actions as after
from jukwaa.dialogue.minutes import memo
from jukwaa.dialogue.models import Gathering, Round
from jukwaa.dialogue.wall import links
from jukwaa.programmes.models import Gender
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

GROUPS = ("Panners", "Brokers", "Owners")
# What each person says of two statements, group by group; None has said nothing.
PERSON = st.tuples(*[st.sampled_from([1, 1, 1, 0, -1, None])] * 2)
ROOM = st.tuples(*[st.lists(PERSON, max_size=24)] * len(GROUPS))
ALONE = ([(1, 1)] * 16 + [(-1, 1)], [(1, -1)] * 9, [(1, None)])
OF_ONE_MIND = ([(1, -1)] * 12, [(1, -1)] * 6, [])


class Undo(Exception):
    """Raised to leave a room behind."""


@given(room=ROOM)
@example(room=ALONE)
@example(room=OF_ONE_MIND)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_public_page_and_no_wall_singles_anybody_out(room):
    with pytest.raises(Undo), transaction.atomic():
        hall, round_ = held(room)
        open_walls = list(walls(hall, round_))
        dialogue.close_round(round=round_, by=None)
        analysis.redraw_due()
        after.publish_memoire(gathering=hall, language="en", sections=memo.draft(hall, "en"), by=None)
        for said in [*open_walls, *walls(hall, round_)]:
            assert on_the_wall(said) == []
        for said in pages(hall, round_):
            assert in_public(said) == []
        raise Undo


def held(room) -> tuple[Gathering, Round]:
    """A gathering with an open round in which these people voted."""
    hall = make.gathering(make.programme(public=True))
    round_ = dialogue.prepare_round(gathering=hall, kind="problems", question="What hurts?", by=None)
    said = [
        dialogue.add_statement(round=round_, text=f"The {word} hurts.", by=None) for word in ("dust", "fee")
    ]
    dialogue.open_round(round=round_, by=None)
    rows, everybody = [], []
    for name, people in zip(GROUPS, room, strict=True):
        group = make.constituency(hall.programme, name=name)
        for number, choices in enumerate(people):
            gender = Gender.WOMAN if number % 3 else Gender.MAN
            who = make.participant(hall.programme, constituency=group, gender=gender)
            everybody.append(who)
            rows += [(s.pk, who.pk, c) for s, c in zip(said, choices, strict=True) if c is not None]
    if everybody:
        dialogue.attend(gathering=hall, people=everybody, state="came", by=None)
    if rows:
        dialogue.cast_votes(round=round_, rows=rows, channel="web", by=None)
    return hall, round_


def walls(hall: Gathering, round_: Round) -> Iterator[str]:
    """What the wall says, on each of its pages."""
    link = reverse("dialogue:wall_link", args=[hall.programme.slug, links.sign(hall)])
    for wall in ("question", "results", "map"):
        in_the_hall.show_on_wall(gathering=hall, wall=wall, round=round_, by=None)
        for page in (1, 2, 3):
            yield words(Client().get(f"{link}?page={round_.pk.hex[-8:]}-{page}").text)


def pages(hall: Gathering, round_: Round) -> Iterator[str]:
    """What everybody may read of the gathering."""
    slug = hall.programme.slug
    urls = [
        hall.programme.get_absolute_url(),
        hall.get_absolute_url(),
        round_.get_absolute_url(),
        *(s.get_absolute_url() for s in round_.statements.all()),
        reverse("dialogue:public_results", args=[slug, round_.pk]),
        reverse("dialogue:map", args=[slug, round_.pk]),
        reverse("dialogue:public_memoire", args=[slug, hall.pk, "en"]),
    ]
    for url in urls:
        answer = Client().get(url)
        assert answer.status_code == 200
        # How the round is decided has shares that are nobody's.
        yield words(answer.text).replace(round_.rule, "")


def words(html: str) -> str:
    """What a reader reads."""
    bare = re.sub(r"(?s)<head>.*?</head>|<footer.*?</footer>|<[^>]+>", " ", html)
    return " ".join(bare.replace("&lt;", "<").split())


def on_the_wall(said: str) -> list[str]:
    """What breaks the wall's rule (docs/explanation/what-the-wall-shows.md)."""
    wrong = []
    for part, whole in re.findall(r"(\d+) of (\d+)", said):
        fewest = 10 if f"{part} of {whole} have answered" in said else 2
        if int(whole) < 10 or not fewest <= int(part) <= int(whole) - fewest:
            wrong.append(f"{part} of {whole}")
    wrong += [n for n in re.findall(r"(?:all|any) of (\d+)|(?<!of )\b(\d+) have answered", said) if small(n)]
    return wrong + re.findall(r"\d+ %", said)


def small(found: tuple[str, ...]) -> bool:
    """Whether the number is under ten, said as such: "fewer than 10" is no count."""
    return any(number and int(number) < 10 for number in found)


PEOPLE = re.compile(
    r"(\d+) people\b|(?:People who (?:came|voted)|Women among them|Testimonies heard):? (\d+)|(\d+) voices"
)


def in_public(said: str) -> list[str]:
    """What breaks the 10–5 rule, top-coding and the rule that a group is told of in a word."""
    counts = [int(n) for found in PEOPLE.findall(said) for n in found if n]
    wrong = [str(n) for n in counts if n < 10 or n % 5]
    for sign, share in re.findall(r"([≥≤]?)(\d+) %", said):
        if not 5 <= int(share) <= 95:
            wrong.append(f"{sign}{share} %")
    names = "|".join(GROUPS)
    told = re.findall(rf"(?:{names}): ([a-z ]*\d+[^.:]*)", said)
    return wrong + told
