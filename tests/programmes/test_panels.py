"""A panel is drawn from the register: fairly, before everybody, and so that anybody can compute it again."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from django.test import Client

from commonground.__main__ import main
from jukwaa.programmes import actions, queries, selection
from jukwaa.programmes.models import Certificate, Entry, Member, Participant, Programme, Role
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def geita() -> Programme:
    """Twelve women and six men of two groups, and a coordinator's programme."""
    programme = make.programme()
    panners, owners = (make.constituency(programme, name=name) for name in ("Panners", "Owners"))
    for number in range(12):
        make.participant(programme, constituency=panners, gender="woman", household=f"h{number // 2}")
    for _number in range(6):
        make.participant(programme, constituency=owners, gender="man")
    return programme


@pytest.fixture
def neema(geita: Programme) -> Member:
    return make.member(geita, role=Role.COORDINATOR)


def drawn(geita: Programme, neema: Member, **others) -> Certificate:
    quotas = [selection.Quota("gender", "woman", 4, 4), selection.Quota("constituency", "Owners", 2)]
    said = {"title": "Dialogue", "size": 8, "quotas": quotas, "household": True}
    return selection.draw(programme=geita, by=neema, **(said | others))


def page(client: Client, geita: Programme, path: str = "") -> str:
    return client.get(f"/p/{geita.slug}/people/panels/{path}").content.decode()


# ---- working out the lottery -----------------------------------------------------------------------------


def test_a_coordinator_works_out_a_lottery_from_the_register(geita, neema):
    client = make.client_of(neema)
    form = client.get(f"/p/{geita.slug}/people/panels/draw/").context["form"]
    women = next(each for each in form.asked if each.value == "woman")
    said = {
        "title": "Dialogue",
        "size": 8,
        f"least-{women.key}": 4,
        f"most-{women.key}": 4,
        "household": "on",
    }
    answer = client.post(f"/p/{geita.slug}/people/panels/draw/", said, follow=True)

    panel = Certificate.objects.get()
    assert panel.rule["quotas"] == [{"column": "gender", "value": "woman", "least": 4, "most": 4}]
    assert panel.rule["household"] == "household"
    assert "8 of 18 people are drawn by lot" in answer.content.decode()
    assert len(panel.said["tickets"]) == 1000


def test_no_ticket_has_two_of_a_household(geita, neema):
    panel = drawn(geita, neema)
    home = {entry.number: entry.line["household"] or str(entry.number) for entry in queries.entries(panel)}

    for ticket in panel.said["tickets"]:
        assert len({home[number] for number in ticket}) == 8


def test_what_no_panel_can_have_is_answered_in_two_ways(geita, neema):
    client = make.client_of(neema)
    form = client.get(f"/p/{geita.slug}/people/panels/draw/").context["form"]
    men = next(each for each in form.asked if each.value == "man")
    answer = client.post(
        f"/p/{geita.slug}/people/panels/draw/", {"title": "Dialogue", "size": 10, f"least-{men.key}": 8}
    )

    told = answer.content.decode()
    assert "man: at least 6 instead of 8" in told
    assert "2 × man" in told
    assert not Certificate.objects.exists()


def test_at_least_above_at_most_is_refused_in_a_sentence(geita, neema):
    client = make.client_of(neema)
    key = client.get(f"/p/{geita.slug}/people/panels/draw/").context["form"].asked[0].key
    said = {"title": "Dialogue", "size": 8, f"least-{key}": 5, f"most-{key}": 2}
    answer = client.post(f"/p/{geita.slug}/people/panels/draw/", said)

    assert "at least 5 is more than at most 2. Change one." in answer.content.decode()


def test_more_than_the_register_has_is_refused(geita, neema):
    answer = make.client_of(neema).post(
        f"/p/{geita.slug}/people/panels/draw/", {"title": "Dialogue", "size": 50}
    )

    assert "A panel of 50 cannot be drawn from 18 people" in answer.content.decode()


def test_more_asked_for_than_are_drawn_is_refused(geita, neema):
    client = make.client_of(neema)
    form = client.get(f"/p/{geita.slug}/people/panels/draw/").context["form"]
    keys = [each.key for each in form.asked if each.column == "gender"]
    said = {"title": "Dialogue", "size": 5} | {f"least-{key}": 3 for key in keys}
    told = client.post(f"/p/{geita.slug}/people/panels/draw/", said).content.decode()

    assert "Gender: at least 6 are asked for, and 5 are drawn. Lower one." in told


@pytest.mark.parametrize("number", ["", "x", "-1", "999999", "1" * 40])
def test_whoever_is_not_on_the_list_cannot_be_moved(geita, neema, number):
    panel, _entries = invited(geita, neema)
    path = f"/p/{geita.slug}/people/panels/{panel.pk}/move/"

    assert make.client_of(neema).post(path, {"number": number, "state": "accepted"}).status_code == 404


def test_only_a_coordinator_works_it_out_and_only_staff_of_people_see_it(geita, neema):
    panel = drawn(geita, neema)
    facilitator, observer = (make.member(geita, role=role) for role in (Role.FACILITATOR, Role.OBSERVER))

    assert make.client_of(facilitator).get(f"/p/{geita.slug}/people/panels/draw/").status_code == 403
    assert make.client_of(facilitator).get(f"/p/{geita.slug}/people/panels/{panel.pk}/").status_code == 200
    assert make.client_of(observer).get(f"/p/{geita.slug}/people/panels/{panel.pk}/").status_code == 403
    assert Client().get(f"/p/{geita.slug}/people/panels/{panel.pk}/").status_code == 404


def test_an_empty_register_says_what_to_do_first():
    programme = make.programme()
    client = make.client_of(make.member(programme, role=Role.COORDINATOR))

    assert "Add those who could take part first" in page(client, programme, "draw/")


def test_who_has_no_chance_stands_first(geita, neema):
    chief = actions.add_participant(
        programme=geita,
        constituency=make.constituency(geita, name="Chiefs"),
        gender="man",
        household="h0",
        by=None,
    )
    panel = drawn(geita, neema, size=8, quotas=[selection.Quota("constituency", "Chiefs", 1, 1)])
    told = page(make.client_of(neema), geita, f"{panel.pk}/")

    assert len(panel.said["excluded"]) == 2
    assert told.index("2 people have no chance") < told.index("are drawn by lot")
    assert panel.said["chances"][queries.entries(panel).get(participant=chief).number - 1] == 1


# ---- the draw --------------------------------------------------------------------------------------------


def test_the_number_drawn_invites_its_ticket_once(geita, neema):
    panel, client = drawn(geita, neema), make.client_of(neema)
    path = f"/p/{geita.slug}/people/panels/{panel.pk}/drawn/"
    client.post(path, {"number": "042"})
    again = client.post(path, {"number": "043"}, follow=True).content.decode()

    panel.refresh_from_db()
    invited = {e.number for e in queries.drawn_entries(panel)}
    assert (panel.drawn, invited) == (42, set(panel.said["tickets"][42]))
    assert "The number was drawn before, and stands." in again


@pytest.mark.parametrize("said", ["", "x1", "-1", "١٢٣"])
def test_what_is_no_number_draws_nothing(geita, neema, said):
    panel, client = drawn(geita, neema), make.client_of(neema)
    client.post(f"/p/{geita.slug}/people/panels/{panel.pk}/drawn/", {"number": said})

    panel.refresh_from_db()
    assert panel.drawn is None


def invited(geita: Programme, neema: Member) -> tuple[Certificate, list[Entry]]:
    panel = actions.draw_number(certificate=drawn(geita, neema), number=7, by=neema)
    return panel, list(queries.drawn_entries(panel))


def test_a_free_seat_is_offered_to_who_keeps_the_quotas(geita, neema):
    panel, entries = invited(geita, neema)
    woman = next(entry for entry in entries if entry.line["gender"] == "woman")
    client = make.client_of(neema)
    told = client.post(
        f"/p/{geita.slug}/people/panels/{panel.pk}/move/",
        {"number": woman.number, "state": "refused"},
        follow=True,
    ).content.decode()

    assert "7 of 8 seats" in told
    called = selection.next_ones(panel, many=3)
    assert called[0].line["gender"] == "woman"
    assert called[0].pk != woman.pk


def test_what_became_of_the_invited_is_told_by_stratum(geita, neema):
    panel, entries = invited(geita, neema)
    actions.move_entry(entry=entries[0], state=Entry.State.LEFT, by=neema)
    told = {(s.column, s.value): s for s in selection.strata(panel)}

    assert sum(s.left for (column, _), s in told.items() if column == "gender") == 1
    assert told["gender", "woman"].invited == 4


# ---- checking it -----------------------------------------------------------------------------------------


def test_the_files_are_enough_to_verify_the_lottery(geita, neema, tmp_path: Path, monkeypatch, capsys):
    panel = drawn(geita, neema)
    answer = make.client_of(neema).get(f"/p/{geita.slug}/people/panels/{panel.pk}/files.zip")
    zipfile.ZipFile(io.BytesIO(answer.content)).extractall(tmp_path)
    folder = tmp_path / f"{geita.slug}-panel"
    monkeypatch.chdir(folder)
    _, *words = (folder / "COMMAND.txt").read_text().split()

    assert main(words) == 0
    assert "It holds: 1000 panels" in capsys.readouterr().out
    names = {str(p) for p in Participant.objects.all()}
    assert not any(name in text.read_text() for text in folder.iterdir() for name in names)


def test_who_is_forgotten_leaves_the_inputs_and_the_page_says_so(geita, neema):
    panel, entries = invited(geita, neema)
    actions.forget_participant(participant=entries[0].participant, by=neema)
    told = page(make.client_of(neema), geita, f"{panel.pk}/")

    assert queries.reduced(panel) == 1
    assert "1 person asked to be forgotten since" in told
    assert not Entry.objects.filter(pk=entries[0].pk).exists()


def test_the_print_names_nobody_before_its_last_page(geita, neema):
    named = make.participant(geita, constituency=queries.constituencies(geita)[0], called="Rehema wa Geita")
    panel = drawn(geita, neema)
    told = page(make.client_of(neema), geita, f"{panel.pk}/print/")

    assert told.index("The tickets") < told.index("Do not hang this page up") < told.index(named.called)
    assert told.count("<strong>") > 1000
