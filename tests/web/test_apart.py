"""A round kept apart: whoever is not of its group meets nothing of it, wherever they look."""

import io
import re
import zipfile
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from jukwaa import record
from jukwaa.dialogue import actions as dialogue
from jukwaa.dialogue import analysis
from jukwaa.dialogue.counting import actions as counting
from jukwaa.dialogue.counting.queries import Given
from jukwaa.dialogue.models import Channel, Gradient, Mark, Note, Round, Wall
from jukwaa.dialogue.phone import actions as phone
from jukwaa.dialogue.queries import HandCount
from jukwaa.dialogue.steering import actions as steering
from jukwaa.field.media import Photo, read_photo, read_recording
from jukwaa.programmes import actions as programmes
from jukwaa.programmes.models import Gender
from jukwaa.record import blobs
from jukwaa.stories import trace
from tests import make
from tests.web.test_access import ROUTES, address, client_of, world

__all__ = ["world"]

pytestmark = pytest.mark.slow

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
    world.quote_apart = make.usable_quote(voice=world.women[1], text="Words of the field.")
    dialogue.attend(gathering=world.road.gathering, people=world.women[:2], state="came", by=None)
    world.before = {visitor: pages(world, visitor) for visitor in ("anonymous", "observer")}
    world.apart = spoken(world, group)
    world.steps = stepped(world, group)
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
    phone.set_photo(statement=said, photo=a_colour(), by=None)
    for row in (round_, said):
        sound = read_recording(b"OggS" + CANARY.encode() + bytes(40))
        phone.keep_voice(of=row, language="sw", sound=sound, by=None)
    dialogue.open_round(round=round_, by=None)
    world.mine = dialogue.propose_statement(round=round_, text=f"{CANARY} is mine.", by=world.women[0])
    other = dialogue.propose_statement(round=round_, text=f"{CANARY} is mine too.", by=world.women[1])
    steering.approve(statement=world.mine, by=None)
    steering.join(statements=[world.mine, other], into=world.mine, by=None)
    rows = [(said.pk, woman.pk, 1) for woman in world.women]
    dialogue.cast_votes(round=round_, rows=rows, channel="import", by=None)
    world.sheet = a_colour()
    counting.count(
        sheet=counting.Sheet(round_, group, Gender.WOMAN, Channel.PAPER),
        counts={said: HandCount()},
        photo=world.sheet,
        by=make.member(world.programme),
    )
    dialogue.close_round(round=round_, by=None)
    analysis.settle(round_, places=1, by=None)
    analysis.redraw_due()
    return round_


def stepped(world: SimpleNamespace, group) -> Round:
    """An open round of steps of agreement with a reason, and what was written of it."""
    round_ = dialogue.prepare_round(
        gathering=world.road.gathering,
        kind="problems",
        question=f"{CANARY} again?",
        method="gradient",
        constituency=group,
        women=True,
        by=None,
    )
    said = dialogue.add_statement(round=round_, text=f"{CANARY} stays.", by=None)
    dialogue.open_round(round=round_, by=None)
    given = [Given(said.pk, Gradient.BLOCK, None, f"{CANARY}, because.")]
    counting.give_marks(round=round_, given=given, participant=world.women[0], by=world.women[0])
    return round_


def a_colour() -> Photo:
    """A photo like no other of the tests."""
    out = io.BytesIO()
    Image.new("RGB", (9, 9), (200, 20, 20)).save(out, "PNG")
    return read_photo(out.getvalue())


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
    inside.dots = world.steps
    steps = SimpleNamespace(**vars(inside))
    steps.round = steps.settled = world.steps
    found = [address(route, each) for route in ROUTES for each in (world, inside, steps)]
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
    found += [reverse("dialogue:sound", args=[slug, pk, "sw"]) for pk in (world.apart.pk, statement.pk)]
    found += [
        f"{reverse(f'dialogue:{name}', args=[slug, world.road.gathering.pk, 'statements'])}?round={of.pk}"
        for name in ("print_sheet", "print_pdf")
        for of in (world.apart, world.steps)
    ]
    return sorted(set(found))


def seen_by(client: Client, world: SimpleNamespace) -> list[str]:
    """At which addresses the canary is seen or heard, asked in Swahili, in which it is said too."""
    photo = blobs.read(world.apart.statements.exclude(photo="").get().photo)
    found = []
    for url in addresses(world):
        said = content(client.get(url, headers={"accept-language": "sw"}))
        if CANARY.encode() in said or photo in said:
            found.append(url)
    return found


def content(answer: Any) -> bytes:
    """What came, and what is packed in it."""
    said = b"".join(answer.streaming_content) if answer.streaming else answer.content
    make.let_go(answer)
    if said.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(said)) as packed:
            return b"".join(packed.read(name) for name in packed.namelist())
    return said


def test_nobody_outside_the_group_meets_what_it_said_anywhere(apart):
    seen = {visitor: seen_by(client_of(visitor, apart), apart) for visitor in OUTSIDE}

    assert seen == {visitor: [] for visitor in OUTSIDE}


def test_nor_does_a_man_of_the_group_or_a_woman_of_another(apart):
    man = make.participant(apart.programme, constituency=apart.apart.constituency, gender=Gender.MAN)
    woman = make.participant(apart.programme, constituency=apart.group, gender=Gender.WOMAN)

    for person in (man, woman):
        assert seen_by(make.phone_of(person), apart) == []


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


def test_a_wall_that_shows_it_from_before_it_was_kept_apart_says_how_to_join(apart):
    hall = apart.road.gathering
    record.put("dialogue.wall_shown", hall, wall=Wall.RESULTS.value, wall_round=apart.apart, by=None)

    said = Client().get(address("dialogue:wall_link", apart)).content.decode()

    assert CANARY not in said
    assert "/j<" in said


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


def test_nobody_outside_the_group_gives_marks_in_its_round(apart):
    man = make.participant(apart.programme, constituency=apart.apart.constituency, gender=Gender.MAN)
    given = [Given(apart.steps.statements.get().pk, Gradient.FULL, None, "")]

    with pytest.raises(dialogue.RoundClosed):
        counting.give_marks(round=apart.steps, given=given, participant=man, by=man)


def test_a_reason_goes_on_the_gatherings_record_only_once_the_group_has_released_it(apart):
    mark = Mark.objects.select_related("statement__round").exclude(reason="").get()
    page = reverse("dialogue:reasons", args=[apart.programme.slug, apart.steps.pk])

    told = client_of("facilitator", apart).post(page, {"mark": mark.pk, "text": "Because."}, follow=True)
    assert "once it releases them" in told.content.decode()
    assert not Note.objects.filter(text=mark.statement.text).exists()

    dialogue.close_round(round=apart.steps, by=None)
    steering.release_round(round=apart.steps, hands=12, by=None)
    mark.refresh_from_db()
    counting.put_reason_on_record(mark=mark, text="Because.", by=None)
    assert Note.objects.filter(text=mark.statement.text).exists()
