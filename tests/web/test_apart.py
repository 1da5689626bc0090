"""A round kept apart: whoever is not of its group meets nothing of it, wherever they look."""

import re
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from jukwaa.dialogue import actions as dialogue
from jukwaa.dialogue import analysis
from jukwaa.dialogue.models import Round
from jukwaa.dialogue.steering import actions as steering
from jukwaa.programmes import actions as programmes
from jukwaa.programmes.models import Gender
from jukwaa.stories import trace
from tests import make
from tests.web.test_access import ROUTES, address, client_of, world

__all__ = ["world"]

# A word that nothing else says.
CANARY = "Zumaridi"
OUTSIDE = ("anonymous", "outsider", "participant", "researcher", "communications", "observer", "elsewhere")


@pytest.fixture
def apart(world) -> SimpleNamespace:
    """The programme of the access tests, shown to everybody; women of a group spoke by themselves."""
    said = {name: getattr(world.programme, name) for name in ("title", "country", "summary", "organiser")}
    programmes.change_programme(programme=world.programme, languages="en sw", public=True, by=None, **said)
    world.programme.refresh_from_db()
    group = make.constituency(world.programme, name="Panners")
    world.women = [
        make.participant(world.programme, constituency=group, gender=Gender.WOMAN) for _n in range(12)
    ]
    testimony = make.testimony(world.programme, voice=world.women[1], text="Words of the field.")
    world.quote_apart = make.quote(testimony, text="Words of the field.")
    world.before = {visitor: pages(world, visitor) for visitor in ("anonymous", "observer")}
    world.apart = spoken(world, group)
    return world


def spoken(world: SimpleNamespace, group) -> Round:
    """A closed round with the canary in its question, its statements, a proposal, a translation."""
    round_ = dialogue.prepare_round(
        gathering=world.road.gathering,
        kind="problems",
        question=f"{CANARY} asks?",
        constituency=group,
        women=True,
        by=None,
    )
    said = dialogue.add_statement(round=round_, text=f"{CANARY} hurts.", quotes=[world.quote_apart], by=None)
    dialogue.translate(row=said, language="sw", text=f"{CANARY} inauma.", made_by="Asha", by=None)
    dialogue.open_round(round=round_, by=None)
    world.mine = dialogue.propose_statement(round=round_, text=f"{CANARY} is mine.", by=world.women[0])
    other = dialogue.propose_statement(round=round_, text=f"{CANARY} is mine too.", by=world.women[1])
    steering.approve(statement=world.mine, by=None)
    steering.join(statements=[world.mine, other], into=world.mine, by=None)
    rows = [(said.pk, woman.pk, 1) for woman in world.women]
    dialogue.cast_votes(round=round_, rows=rows, channel="import", by=None)
    dialogue.close_round(round=round_, by=None)
    analysis.settle(round_, places=1, by=None)
    analysis.redraw_due()
    return round_


def addresses(world: SimpleNamespace) -> list[str]:
    """Every address of the site, with what is kept apart and with what is not."""
    statement = world.apart.statements.filter(state="approved").first()
    inside = SimpleNamespace(**vars(world))
    inside.round = inside.settled = world.apart
    inside.proposal, inside.quote = world.mine, world.quote_apart
    inside.road = SimpleNamespace(
        **{name: getattr(world.road, name) for name in dir(world.road) if not name.startswith("_")}
    )
    inside.road.statement, inside.road.problems = statement, world.apart
    found = [address(route, each) for route in ROUTES for each in (world, inside)]
    slug = world.programme.slug
    found += [
        reverse("web:thread", args=[slug, kind, pk])
        for kind, pk in (
            ("statement", statement.pk),
            ("quote", world.quote_apart.pk),
            ("testimony", world.quote_apart.testimony_id),
        )
    ]
    found += [f"{reverse('web:trace')}?code={said.trace_code}" for said in world.apart.statements.all()]
    return sorted(set(found))


def seen_by(client: Client, world: SimpleNamespace) -> list[str]:
    """At which addresses the canary is seen, asked in Swahili, in which one statement is translated."""
    found = []
    for url in addresses(world):
        answer = client.get(url, headers={"accept-language": "sw"})
        if not answer.streaming and CANARY in answer.content.decode(errors="replace"):
            found.append(url)
    return found


@pytest.mark.slow
def test_nobody_outside_the_group_meets_what_it_said_anywhere(apart):
    seen = {visitor: seen_by(client_of(visitor, apart), apart) for visitor in OUTSIDE}

    assert seen == {visitor: [] for visitor in OUTSIDE}


def test_the_group_meets_it_on_its_phones_and_those_who_facilitate_on_their_pages(apart):
    phone = make.phone_of(apart.women[0])
    results = reverse("dialogue:public_results", args=[apart.programme.slug, apart.apart.pk])

    assert CANARY in phone.get(results).content.decode()
    assert len(seen_by(phone, apart)) > 3
    assert len(seen_by(client_of("facilitator", apart), apart)) > 10


def test_not_even_those_who_facilitate_take_it_out_as_a_file(apart):
    flo = client_of("facilitator", apart)
    files = [
        reverse(f"dialogue:{name}", args=[apart.programme.slug, apart.apart.pk])
        for name in ("results_csv", "results_json", "shortlist_json", "settled_files")
    ]
    assert [flo.get(url).status_code for url in files] == [404] * 4

    steering.release_round(round=apart.apart, hands=12, by=None)
    assert [flo.get(url).status_code for url in files] == [200] * 4


def test_everybody_meets_it_once_the_group_has_released_it(apart):
    steering.release_round(round=apart.apart, by=apart.women[0])

    assert len(seen_by(Client(), apart)) > 2


def test_no_count_outside_the_group_moves_with_it(apart):
    for visitor, before in apart.before.items():
        assert pages(apart, visitor) == before


def pages(world: SimpleNamespace, visitor: str) -> dict[str, str]:
    """The pages that count things of all rounds, without what is another each time."""
    slug = world.programme.slug
    urls = [
        reverse("web:home"),
        reverse("web:road", args=[slug]),
        reverse("dialogue:gathering", args=[slug, world.road.gathering.pk]),
        reverse("agenda:agenda", args=[slug]),
    ]
    client = client_of(visitor, world)
    if visitor == "observer":
        urls += [reverse(f"dialogue:{name}", args=[slug]) for name in ("gatherings", "findings")]
    changing = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|<a href="[^"]*">login-\d+</a>')
    return {url: changing.sub("", client.get(url).content.decode()) for url in urls}


def test_a_trace_code_of_what_is_kept_apart_tells_a_finder_no_word(apart):
    for statement in apart.apart.statements.all():
        steps = " ".join(step.sentence for step in trace.answer(statement.trace_code).steps)

        assert CANARY not in steps
        assert "by itself" in steps
