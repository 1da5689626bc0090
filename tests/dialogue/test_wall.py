"""The wall shows what the facilitator set, follows it cheaply, and never singles anybody out."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jukwaa import record
from jukwaa.dialogue import actions, analysis, queries
from jukwaa.dialogue.models import Gathering, Round, Step, Wall
from jukwaa.dialogue.wall import links
from jukwaa.dialogue.wall.queries import MOST_WORDS, answered_in_words, line, seen
from tests import make

pytestmark = pytest.mark.django_db


def put_up(gathering: Gathering, wall: Wall, round_: Round | None = None) -> str:
    """What the facilitator shows, and the address of the wall."""
    record.put("dialogue.wall_shown", gathering, wall=wall, wall_round=round_, by=None)
    return reverse("dialogue:wall_link", args=[gathering.programme.slug, links.sign(gathering)]) + "?in=en"


def scene(page: bytes) -> str:
    """What stands in the middle of the wall, in words."""
    found = re.search(r'<div class="wall-scene">(.*?)</div>\s*(?:<aside|</main)', page.decode(), re.DOTALL)
    assert found
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found[1])).split())


def at(wall: str) -> str:
    return scene(Client().get(wall).content)


def row(agree: int, disagree: int = 0, label: str = "Chiefs") -> queries.Row:
    return queries.Row(label, agree, disagree, 0, agree / max(1, agree + disagree), 0.2, 0.9)


# ---- how to join, and how many have answered -------------------------------------------------------------


def test_everybody_learns_how_to_join_without_a_log_in():
    wall = put_up(make.gathering(), Wall.JOIN)

    page = Client().get(wall)

    assert "Type the number of your card." in scene(page.content)
    assert "testserver<wbr>/j" in page.content.decode()


def test_while_people_answer_the_wall_says_how_many_and_nothing_of_what():
    of = make.round_(opened=True, statements=2)
    group = make.constituency(of.programme)
    for _person in range(12):
        voter = make.participant(of.programme, constituency=group)
        actions.cast_vote(statement=of.statements.select_related("round").first(), choice=1, by=voter)
    analysis.redraw(of)

    question = at(put_up(of.gathering, Wall.QUESTION, of))
    results = at(put_up(of.gathering, Wall.RESULTS, of))
    drawn = at(put_up(of.gathering, Wall.MAP, of))

    assert "12 have answered." in question
    assert "People still answer." in results
    assert "People still answer." in drawn
    assert group.name not in question + results + drawn


@pytest.mark.parametrize(
    ("people", "here", "said"),
    [
        (0, 60, "Nobody has answered yet."),
        (9, 60, "Fewer than 10 have answered."),
        (10, 60, "10 of 60 have answered."),
        (51, 60, "Nearly everybody has answered."),
        (60, 60, "Nearly everybody has answered."),
        (50, 60, "50 of 60 have answered."),
        (31, 0, "31 have answered."),
    ],
)
def test_nobody_is_looked_for_among_the_few_who_did_or_did_not_answer(people, here, said):
    assert answered_in_words(people, here) == said


def test_what_a_group_keeps_apart_is_never_shown():
    of = make.round_(opened=True, question="What do only women know?")
    record.put("dialogue.round_changed", of, women=True, by=None)
    make.drawn(of)

    for wall in (Wall.QUESTION, Wall.RESULTS, Wall.MAP):
        assert "What do only women know?" not in at(put_up(of.gathering, wall, of))

    record.put("dialogue.round_released", of, released_at=timezone.now(), by=None)
    assert "What do only women know?" in at(put_up(of.gathering, Wall.QUESTION, of))


# ---- what the groups say ---------------------------------------------------------------------------------


def test_common_ground_comes_first_then_one_statement_a_page():
    of = make.round_(opened=True, statements=2)
    make.drawn(of)
    wall = put_up(of.gathering, Wall.RESULTS, of)

    first, second = at(wall), at(f"{wall}&page={of.pk.hex[-8:]}-2")

    assert first.startswith("All groups can live with 1 Statement 1 2 Statement 2")
    assert "Common ground" in second
    assert "nearly all of 30" in second


@pytest.mark.parametrize("asked", ["", "7", "x-2", "-", "00000000-2", "{round}-99", "{round}-0", "{round}-²"])
def test_a_page_that_is_not_there_is_the_nearest_that_is(asked):
    of = make.round_(opened=True)
    make.drawn(of)
    wall = put_up(of.gathering, Wall.RESULTS, of)

    answer = Client().get(f"{wall}&page={asked.format(round=of.pk.hex[-8:])}")

    assert answer.status_code == 200
    assert "Statement 1" in scene(answer.content)


def test_a_group_is_shown_in_numbers_from_ten_and_else_not_at_all():
    assert line(row(6, 4)).said == "6 of 10"
    assert (line(row(6, 3)).said, line(row(6, 3)).estimate) == ("too few voices", None)
    assert (line(row(4, 0)).said, line(row(4, 0)).estimate) == ("too few voices", None)


@pytest.mark.parametrize("differ", [0, 1])
def test_one_who_differs_from_all_others_is_not_counted_out(differ):
    nearly, hardly = line(row(17 - differ, differ)), line(row(differ, 17 - differ))

    assert (nearly.said, nearly.estimate, nearly.low) == ("nearly all of 17", 0.95, None)
    assert (hardly.said, hardly.estimate, hardly.high) == ("hardly any of 17", 0.05, None)


def test_the_label_does_not_give_away_a_group_that_is_too_small_to_show():
    said = queries.Result(make.statement(), "divided", 0.9, (row(12), row(0, 9, "Mine")), against=("Mine",))

    assert seen(said).label == "not enough voices yet"
    assert seen(queries.Result(said.statement, "divided", 0.9, (row(2, 12),), ("Chiefs",))).label == "divided"


@pytest.mark.parametrize("method", Round.Method)
def test_a_round_that_nobody_answered_says_so(method):
    of = make.round_(opened=True, method=method)
    actions.close_round(round=of, by=None)

    told = at(put_up(of.gathering, Wall.RESULTS, of))

    assert "Nobody answered." in told
    assert "being counted" not in told


def test_a_round_of_which_nothing_is_drawn_yet_is_being_counted():
    of = make.round_(opened=True)
    actions.cast_vote(statement=of.statements.get(), choice=1, by=make.participant(of.programme))
    actions.close_round(round=of, by=None)

    assert "The answers are being counted." in at(put_up(of.gathering, Wall.RESULTS, of))


def test_there_is_no_map_of_a_few():
    of = make.round_(opened=True)
    make.drawn(of, agree=3)

    assert "Too few people answered enough to draw a map." in at(put_up(of.gathering, Wall.MAP, of))


@pytest.mark.parametrize("wall", Wall)
def test_no_scene_has_more_than_forty_words_beside_its_picture(wall):
    of = make.round_(opened=True, question="What hurts most " + "and most " * 10 + "?")
    for number in range(8):
        make.statement(of, text=f"Number {number} says " + "so very much " * 9)
    make.drawn(of)
    address = put_up(of.gathering, wall, of)

    for page in (1, 2, 9):
        answer = Client().get(f"{address}&page={of.pk.hex[-8:]}-{page}").content.decode()
        without = re.sub(
            r"<(table|svg|p class=\"wall-pages\").*?</(table|svg|p)>", "", answer, flags=re.DOTALL
        )
        assert len(scene(without.encode()).split()) <= MOST_WORDS


# ---- the step --------------------------------------------------------------------------------------------


def test_the_wall_shows_the_present_step_and_the_time_left():
    gathering = make.gathering()
    began = timezone.now()
    record.fact(
        "dialogue.step_added",
        Step(programme=gathering.programme, gathering=gathering, title="What must change", minutes=20,
             added=5, began_at=began),
        by=None,
    )  # fmt: skip
    wall = put_up(gathering, Wall.STEP)

    with time_machine.travel(began + timedelta(minutes=10, seconds=1), tick=False):
        assert "What must change 15 minutes left" in at(wall)
    with time_machine.travel(began + timedelta(minutes=24, seconds=1), tick=False):
        assert "1 minute left" in at(wall)
    with time_machine.travel(began + timedelta(minutes=25), tick=False):
        assert "Time is up" in at(wall)


def test_between_steps_the_wall_says_where_one_is():
    assert "We begin soon." in at(put_up(make.gathering(title="Day one"), Wall.STEP))


# ---- following, and who may ------------------------------------------------------------------------------


def test_an_unchanged_wall_costs_little(django_assert_max_num_queries):
    of = make.round_(opened=True, statements=20)
    make.drawn(of)
    wall, client = put_up(of.gathering, Wall.RESULTS, of), Client()
    etag = client.get(wall)["ETag"]

    with django_assert_max_num_queries(6):
        answer = client.get(wall, headers={"If-None-Match": etag})

    assert (answer.status_code, answer.content) == (304, b"")


def test_whatever_changes_what_the_wall_shows_is_noticed():
    of = make.round_(opened=True)
    wall, client = put_up(of.gathering, Wall.QUESTION, of), Client()
    tags = [client.get(wall)["ETag"]]

    actions.cast_vote(
        statement=of.statements.select_related("round").get(), choice=1, by=make.participant(of.programme)
    )
    tags.append(client.get(wall)["ETag"])
    actions.close_round(round=of, by=None)
    tags.append(client.get(wall)["ETag"])
    put_up(of.gathering, Wall.BLANK)
    tags.append(client.get(wall)["ETag"])

    assert len(set(tags)) == 4


def test_a_new_drawing_is_noticed():
    of = make.round_(opened=True)
    actions.close_round(round=of, by=None)
    wall, client = put_up(of.gathering, Wall.RESULTS, of), Client()
    before = client.get(wall)["ETag"]

    analysis.redraw(of)

    assert client.get(wall)["ETag"] != before


def test_staff_come_to_the_wall_in_their_programmes_language():
    programme = make.programme(languages="sw en")
    gathering = make.gathering(programme)
    client = make.client_of(make.member(programme))

    answer = client.get(reverse("dialogue:wall", args=[programme.slug, gathering.pk]))

    assert answer["Location"].endswith("?in=sw")
    assert '<html lang="sw"' in Client().get(answer["Location"]).content.decode()


def test_a_link_that_is_forged_old_or_of_another_programme_opens_nothing():
    gathering = make.gathering()
    wall = put_up(gathering, Wall.JOIN)
    elsewhere = wall.replace(gathering.programme.slug, make.programme().slug)

    assert Client().get(wall[:-8] + "x/").status_code == 404
    assert Client().get(elsewhere).status_code == 404
    with time_machine.travel(timezone.now() + links.LASTS + timedelta(seconds=1)):
        assert Client().get(wall).status_code == 404


def test_the_wall_of_a_frozen_gathering_is_dark():
    gathering = make.gathering()
    wall = put_up(gathering, Wall.JOIN)
    record.put("dialogue.gathering_frozen", gathering, frozen=True, by=None)

    assert Client().get(wall).status_code == 404
    client = make.client_of(make.member(gathering.programme))
    assert (
        client.get(reverse("dialogue:wall", args=[gathering.programme.slug, gathering.pk])).status_code == 404
    )


def test_without_scripts_the_wall_asks_again_by_itself_and_with_them_it_does_not():
    page = Client().get(put_up(make.gathering(), Wall.BLANK)).content.decode()

    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page
    assert page.count("http-equiv") == 1


def test_the_projectors_page_gives_the_wall_in_each_language():
    gathering = make.gathering()
    client = make.client_of(make.member(gathering.programme))

    page = client.get(
        reverse("dialogue:projector", args=[gathering.programme.slug, gathering.pk])
    ).content.decode()

    found = re.findall(r'href="([^"]+/wall/[^"]+)"', page)
    assert {Client().get(url).status_code for url in found} == {200}
    assert len(found) == 3
