"""The staff's pages, through their addresses: who may open them, and what they do."""

import re
import uuid

import pytest
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils.html import escape

from jukwaa.programmes import actions, queries
from jukwaa.programmes.models import Account, Card, Member, Participant, Programme, Role
from jukwaa.programmes.urls import of_programme
from tests import make

pytestmark = pytest.mark.django_db

PHONE_PAGES = {"me", "consent", "end_consent", "forget_me"}


@pytest.fixture
def asha() -> Member:
    """A coordinator, with a programme of one group."""
    asha = make.member(role=Role.COORDINATOR, name="Asha")
    make.constituency(asha.programme, name="Panners")
    return asha


def page(member: Member, name: str, *args) -> str:
    return reverse(f"programmes:{name}", args=[member.programme.slug, *args])


def group(member: Member):
    return queries.constituencies(member.programme).first()


# ---- who may come in -------------------------------------------------------------------------------------


def staff_pages(member: Member) -> list[tuple[str, str]]:
    """Every address of the room that belongs to one programme and to its staff."""
    parts = {name: uuid.uuid4() for name in ("stage", "place", "constituency", "organisation", "member")}
    parts |= {name: uuid.uuid4() for name in ("participant", "card", "panel", "copy")}
    found = []
    for pattern in of_programme:
        # What a corner has for itself is in tests/web/test_access.py.
        if isinstance(pattern, URLPattern) and pattern.name not in PHONE_PAGES:
            words = pattern.pattern.converters
            said = {"programme": member.programme.slug} | {w: parts[w] for w in words}
            found.append((pattern.name, reverse(f"programmes:{pattern.name}", kwargs=said)))
    return found


def test_nobody_but_the_staff_finds_a_staff_page(asha):
    otto = make.client_of(make.member(role=Role.COORDINATOR, name="Otto"))
    ann = make.phone_of(make.participant(asha.programme))

    for _name, address in staff_pages(asha):
        for visitor in (Client(), otto, ann):
            assert visitor.get(address).status_code in {404, 405}, address
            assert visitor.post(address).status_code in {404, 405}, address


OF_PEOPLE = {
    "participants",
    "add_participants",
    "participant",
    "find_participant",
    "edit_participant",
    "enter_consent",
    "ending",
    "forget_participant",
    "print_card",
    "hand_out_blank",
    "cards",
    "print_blank_cards",
    "print_peoples_cards",
    "hand_out_cards",
    "hand_out_card",
    "replace_card",
    "revoke_card",
    "panels",
    "panel",
    "print_panel",
    "move_entry",
    "panel_files",
}
OPEN_TO = {
    Role.FACILITATOR: {"desk", "mark_stage"} | OF_PEOPLE,
    Role.RESEARCHER: {"desk"} | OF_PEOPLE,
    Role.COMMUNICATIONS: {"desk"},
    Role.OBSERVER: {"desk"},
}


@pytest.mark.parametrize("role", OPEN_TO)
def test_each_role_opens_what_it_may_and_nothing_else(asha, role):
    client = make.client_of(make.member(asha.programme, role=role))

    for name, address in staff_pages(asha):
        answers = {client.get(address).status_code, client.post(address).status_code}
        assert (403 in answers) == (name not in OPEN_TO[role]), (name, answers)
        assert 403 not in answers or answers <= {403, 405}, (name, answers)


def test_looking_at_a_page_changes_nothing(asha):
    ann = make.participant(asha.programme, constituency=group(asha))
    make.card(ann)
    make.stage(asha.programme)
    client = make.client_of(asha)
    before = state()

    for _name, address in staff_pages(asha):
        client.get(address)
    client.get(page(asha, "participant", ann.pk))
    client.get(page(asha, "forget_participant", ann.pk))

    assert state() == before


def state() -> int:
    from jukwaa.record.models import Event

    return Event.objects.count()


def test_another_programmes_rows_are_not_found(asha):
    other = make.programme()
    stage, ann = make.stage(other), make.participant(other)
    client = make.client_of(asha)

    assert client.post(page(asha, "move_stage", stage.pk)).status_code == 404
    assert client.get(page(asha, "participant", ann.pk)).status_code == 404
    assert client.post(page(asha, "forget_participant", ann.pk)).status_code == 404
    assert queries.participants(other).exists()


# ---- logins ----------------------------------------------------------------------------------------------


def test_staff_log_in_see_their_programmes_and_log_out(asha):
    account = Account.objects.get(pk=asha.account)
    client = Client()

    answer = client.post("/login/", {"username": account.login, "password": make.PASSWORD}, follow=True)
    assert str(asha.programme) in answer.text

    client.post("/logout/")
    assert client.get("/programmes/").status_code == 302


def test_after_logging_in_one_is_where_one_wanted_to_go_but_never_on_another_site(asha):
    login = Account.objects.get(pk=asha.account).login
    said = {"username": login, "password": make.PASSWORD}

    assert Client().post("/login/", said | {"next": "/password/"}).url == "/password/"
    for elsewhere in ("//evil.example/", "https://evil.example/", "/\\evil.example"):
        assert Client().post("/login/", said | {"next": elsewhere}).url == "/programmes/"


def test_guessing_a_password_is_stopped_and_the_page_says_so(asha):
    login = Account.objects.get(pk=asha.account).login
    client = Client()

    for _try in range(5):
        answer = client.post("/login/", {"username": login, "password": "wrong"})

    assert answer.status_code == 429
    assert "quarter of an hour" in answer.text
    right = client.post("/login/", {"username": login, "password": make.PASSWORD})
    assert right.status_code == 429
    assert Client().post("/login/", {"username": login, "password": make.PASSWORD}).status_code == 429


def test_a_password_is_changed_by_who_knows_it(asha):
    client = make.client_of(asha)
    new = "dhahabu na maji safi"

    wrong = client.post("/password/", {"old": "guess", "new": new, "again": new})
    assert "This is not your password" in wrong.text

    client.post("/password/", {"old": make.PASSWORD, "new": new, "again": new})
    assert Account.objects.get(pk=asha.account).check_password(new)
    assert client.get("/programmes/").status_code == 200


def test_the_log_in_page_needs_no_script():
    text = Client().get("/login/").text

    assert "<script" not in text
    assert 'name="csrfmiddlewaretoken"' in text


# ---- beginning -------------------------------------------------------------------------------------------

GEITA = {
    "title": "Geita gold",
    "country": "Tanzania",
    "template": "tanzania",
    "first_language": "sw",
    "other_languages": ["en"],
    "name": "Asha",
}


def test_a_founder_begins_a_programme_and_stands_at_its_desk():
    client = Client()
    client.force_login(make.account(founder=True), "django.contrib.auth.backends.ModelBackend")

    answer = client.post("/programmes/begin/", GEITA, follow=True)

    programme = Programme.objects.get()
    assert (programme.slug, programme.languages, programme.public) == ("geita-gold", "sw en", False)
    assert answer.redirect_chain[-1][0] == "/p/geita-gold/desk/"
    assert "Declare the groups" in answer.text


def test_a_short_name_that_is_taken_is_refused_beside_its_field():
    make.programme(slug="geita-gold")
    client = Client()
    client.force_login(make.account(founder=True), "django.contrib.auth.backends.ModelBackend")

    answer = client.post("/programmes/begin/", GEITA)

    assert "Another programme here has this short name" in answer.text
    assert Programme.objects.count() == 1


def test_who_is_no_founder_begins_nothing(asha):
    client = make.client_of(asha)

    assert client.get("/programmes/begin/").status_code == 403
    assert client.post("/programmes/begin/", GEITA).status_code == 403
    assert Client().post("/programmes/begin/", GEITA).status_code == 302


def test_the_settings_of_a_programme_are_changed(asha):
    client = make.client_of(asha)
    assert escape(asha.programme.title) in client.get(page(asha, "settings")).text

    said = {"title": "Geita", "country": "Tanzania", "first_language": "fr", "public": "on"}
    client.post(page(asha, "settings"), said)

    asha.programme.refresh_from_db()
    assert (asha.programme.languages, asha.programme.public) == ("fr", True)


# ---- stages, places, groups, organisations ---------------------------------------------------------------


def test_stages_are_added_moved_marked_taken_off_and_put_back(asha):
    client = make.client_of(asha)
    for title in ("Field research", "Action dialogue"):
        client.post(page(asha, "add_stage"), {"title": title, "kind": "dialogue"})
    research, dialogue = queries.stages(asha.programme)

    client.post(page(asha, "move_stage", dialogue.pk), {"to": "earlier"})
    assert list(queries.stages(asha.programme)) == [dialogue, research]

    client.post(page(asha, "mark_stage", dialogue.pk), {"state": "done", "note": "All agreed on water."})
    assert "All agreed on water." in client.get(page(asha, "desk")).text

    client.post(page(asha, "remove_stage", research.pk))
    assert "Put it back" in client.get(page(asha, "stages")).text
    client.post(page(asha, "restore_stage", research.pk))
    assert list(queries.stages(asha.programme)) == [dialogue, research]


def test_a_stage_page_says_who_changed_it(asha):
    client = make.client_of(asha)
    client.post(page(asha, "add_stage"), {"title": "Dialogue", "kind": "dialogue"})
    stage = queries.stages(asha.programme).get()

    assert "stage added – Asha" in client.get(page(asha, "edit_stage", stage.pk)).text


def test_a_stage_that_ends_before_it_starts_is_refused_beside_the_field(asha):
    said = {"title": "D", "kind": "dialogue", "starts_on": "2026-03-02", "ends_on": "2026-03-01"}

    answer = make.client_of(asha).post(page(asha, "add_stage"), said)

    assert "It ends before it starts" in answer.text


def test_places_grow_as_a_tree_and_a_larger_place_lies_in_no_smaller_one(asha):
    client = make.client_of(asha)
    client.post(page(asha, "add_place"), {"name": "Geita", "level": "region"})
    region = queries.places(asha.programme).get()
    form = client.get(page(asha, "add_place"), {"parent": str(region.pk)}).text
    assert re.search(r'value="district"\s+selected', form)

    client.post(page(asha, "add_place"), {"name": "Mgusu", "level": "site", "parent": str(region.pk)})
    wrong = client.post(
        page(asha, "add_place"), {"name": "Lake", "level": "country", "parent": str(region.pk)}
    )
    assert "cannot lie in" in wrong.text

    answer = client.post(page(asha, "remove_place", region.pk), follow=True)
    assert "is in use" in answer.text
    assert [p.name for p in queries.places(asha.programme)] == ["Geita", "Mgusu"]


def test_groups_are_declared_changed_moved_and_taken_away_while_empty(asha):
    client = make.client_of(asha)
    client.post(page(asha, "declare_constituency"), {"name": "Chiefs"})
    panners, chiefs = queries.constituencies(asha.programme)
    make.participant(asha.programme, constituency=panners)

    client.post(page(asha, "edit_constituency", chiefs.pk), {"name": "Elders", "description": "and chiefs"})
    client.post(page(asha, "move_constituency", chiefs.pk), {"to": "earlier"})
    answer = client.post(page(asha, "remove_constituency", panners.pk), follow=True)

    assert "is in use" in answer.text
    assert [g.name for g in queries.constituencies(asha.programme)] == ["Elders", "Panners"]


def test_organisations_are_added_and_changed(asha):
    client = make.client_of(asha)
    client.post(page(asha, "add_organisation"), {"name": "District", "constituency": str(group(asha).pk)})
    office = queries.organisations(asha.programme).get()

    client.post(page(asha, "edit_organisation", office.pk), {"name": "Geita district", "constituency": ""})
    assert "Geita district" in client.get(page(asha, "organisations")).text

    client.post(page(asha, "remove_organisation", office.pk))
    assert not queries.organisations(asha.programme).exists()


# ---- staff -----------------------------------------------------------------------------------------------


def test_a_made_password_is_shown_once_and_opens_the_door(asha):
    client = make.client_of(asha)

    answer = client.post(page(asha, "add_member"), {"name": "Flo", "login": "flo", "role": "facilitator"})

    password = re.search(r"<dt>Password</dt><dd>([a-z0-9-]+)</dd>", answer.text)[1]
    assert "no-store" in answer["Cache-Control"]
    assert password not in client.get(page(asha, "members")).text
    assert Client().login(request=answer.wsgi_request, username="flo", password=password)


def test_a_login_that_is_taken_is_joined_only_when_said_so(asha):
    otto = make.account("otto")
    client = make.client_of(asha)
    said = {"name": "Otto", "login": "otto", "role": "observer"}

    assert "This login is taken" in client.post(page(asha, "add_member"), said).text
    client.post(page(asha, "add_member"), said | {"has_login": "on"})

    assert [m.programme for m in queries.programmes_of(otto)] == [asha.programme]
    otto.refresh_from_db()
    assert otto.check_password(make.PASSWORD)


def test_a_forgotten_password_is_renewed_only_for_who_works_in_no_other_programme(asha):
    flo = make.member(asha.programme)
    client = make.client_of(asha)
    shown = client.post(page(asha, "member_password", flo.pk), {"password": "maji na dhahabu yetu"})
    assert "maji na dhahabu yetu" in shown.text

    actions.add_member(
        programme=make.programme(), account=Account.objects.get(pk=flo.account), role="observer", by=None
    )
    assert client.post(page(asha, "member_password", flo.pk)).status_code == 403


def test_the_last_coordinator_is_told_why_they_must_stay(asha):
    client = make.client_of(asha)

    refused = client.post(page(asha, "edit_member", asha.pk), {"name": "Asha", "role": "observer"})
    assert "is the last coordinator" in refused.text
    assert "is the last coordinator" in client.post(page(asha, "remove_member", asha.pk), follow=True).text

    make.member(asha.programme, role=Role.COORDINATOR, name="Flo")
    client.post(page(asha, "remove_member", asha.pk))
    assert client.get(page(asha, "desk")).status_code == 404


# ---- participants and cards ------------------------------------------------------------------------------


def test_the_form_for_participants_says_that_nobody_under_18_is_entered(asha):
    text = make.client_of(asha).get(page(asha, "add_participants")).text

    assert "Nobody under 18 is entered here" in text
    assert "under 18" not in re.sub(r"Nobody under 18[^<]*", "", text)


def test_several_walk_ins_are_added_at_once(asha):
    said = {"constituency": str(group(asha).pk), "language": "en", "gender": "woman", "count": "12"}

    answer = make.client_of(asha).post(page(asha, "add_participants"), said, follow=True)

    assert "12 people added" in answer.text
    assert [c.women for c in queries.head_counts(asha.programme)] == [12]


def test_a_walk_in_gets_a_blank_card_at_the_same_time(asha):
    [(_card, minted)] = actions.mint_cards(programme=asha.programme, count=1, by=asha)
    said = {"constituency": str(group(asha).pk), "language": "en", "count": "1", "card": minted.spaced}
    client = make.client_of(asha)

    client.post(page(asha, "add_participants"), said)

    assert queries.opens(queries.card_by_number(minted.number))
    assert "not a blank card" in client.post(page(asha, "add_participants"), said).text


@pytest.mark.parametrize("called", ["0754 123 456", "neema@example.org"])
def test_a_phone_number_or_address_is_not_taken_for_a_name(asha, called):
    said = {"constituency": str(group(asha).pk), "language": "en", "count": "1", "called": called}

    answer = make.client_of(asha).post(page(asha, "add_participants"), said)

    assert "looks like a phone number" in answer.text
    assert not Participant.objects.exists()


def test_the_list_of_participants_is_searched_and_turned(asha):
    actions.add_participants(programme=asha.programme, constituency=group(asha), count=26, by=asha)
    make.participant(asha.programme, constituency=group(asha), called="Mama Neema")
    client = make.client_of(asha)

    first, second = (client.get(page(asha, "participants"), {"page": n}).text for n in (1, 2))
    assert first.count("list-title") == 25
    assert second.count("list-title") == 2
    found = client.get(page(asha, "participants"), {"q": "neema", "group": str(group(asha).pk)}).text
    assert found.count("list-title") == 1
    assert "Nobody fits" in client.get(page(asha, "participants"), {"q": "nobody"}).text


def test_whose_card_it_is_is_asked_without_the_number_in_an_address(asha):
    ann = make.participant(asha.programme)
    _card, minted = make.card(ann)
    _card, other = make.card(make.participant())
    client = make.client_of(asha)

    found = client.post(page(asha, "find_participant"), {"number": minted.spaced})
    assert found.url == page(asha, "participant", ann.pk)

    refused = client.post(page(asha, "find_participant"), {"number": other.number})
    assert "nobody&#x27;s card in this programme" in refused.text


def test_what_is_known_of_a_participant_is_changed(asha):
    ann = make.participant(asha.programme, constituency=group(asha))
    said = {"constituency": str(group(asha).pk), "language": "en", "called": "Ann", "age_band": "25-34"}
    client = make.client_of(asha)

    client.post(page(asha, "edit_participant", ann.pk), said)

    text = client.get(page(asha, "participant", ann.pk)).text
    assert "Ann" in text
    assert "25 to 34" in text


def test_blank_cards_are_printed_as_the_answer_and_kept_nowhere(asha):
    client = make.client_of(asha)

    answer = client.post(page(asha, "print_blank_cards"), {"count": "3"})

    numbers = re.findall(r'wallet-number">(\d{4} \d{4} \d{4} \d{4})<', answer.text)
    assert len(set(numbers)) == 3
    assert answer["Cache-Control"] == "no-store"
    assert answer.text.count("<svg") == 3
    assert "http://testserver/c/" not in answer.text  # the secret stands in the square code only
    assert client.get(page(asha, "print_blank_cards")).status_code == 405
    assert not any(number in client.get(page(asha, "cards")).text for number in numbers)


def test_cards_speak_the_programmes_first_language(asha):
    actions.change_programme(
        programme=asha.programme, title="Geita", country="Tanzania", summary="", organiser="",
        languages="sw en", public=False, by=asha,
    )  # fmt: skip

    answer = make.client_of(asha).post(page(asha, "print_blank_cards"), {"count": "1"})

    assert '<html lang="sw"' in answer.text


def test_cards_for_participants_come_with_a_list_of_whose_is_whose_and_are_handed_out(asha):
    ann = make.participant(asha.programme, constituency=group(asha), called="Ann")
    client = make.client_of(asha)

    answer = client.post(page(asha, "print_peoples_cards"), {"group": ""})
    assert "Whose card is whose" in answer.text
    [card] = queries.waiting_cards(asha.programme)
    client.post(page(asha, "hand_out_cards"), {"card": str(card.pk)})

    assert queries.cards_of(ann).get().state == Card.State.ISSUED
    assert (
        "Everybody in this group has a card"
        in client.post(page(asha, "print_peoples_cards"), {"group": ""}, follow=True).text
    )


def test_a_lost_card_is_replaced_on_paper_and_the_old_one_ended(asha):
    ann = make.participant(asha.programme)
    card, old = make.card(ann)
    client = make.client_of(asha)

    answer = client.post(page(asha, "replace_card", card.pk))

    [number] = re.findall(r'wallet-number">([\d ]+)<', answer.text)
    assert not queries.opens(queries.card_by_number(old.number))
    assert queries.opens(queries.card_by_number(number.replace(" ", "")))
    client.post(page(asha, "revoke_card", queries.cards_of(ann).get(state="issued").pk))
    assert not queries.opens(queries.card_by_number(number.replace(" ", "")))


def test_consent_given_on_paper_is_entered_with_its_witness(asha):
    ann = make.participant(asha.programme, consented=False)
    said = {"take_part": "1-programme", "quote": "4-media", "voice": "no", "photo": "no", "story": "no"}
    said |= {"recontact": "no", "asked_in": "en", "said_on": "2026-03-01", "witness": "a woman of her group"}
    client = make.client_of(asha)

    client.post(page(asha, "enter_consent", ann.pk), said)

    assert queries.has_consent(ann, "take_part")
    assert queries.has_consent(ann, "quote", "4-media")
    assert "a woman of her group" in client.get(page(asha, "participant", ann.pk)).text


def test_staff_forget_a_participant_who_asks_after_reading_what_goes(asha):
    ann = make.participant(asha.programme, called="Mama Neema")
    client = make.client_of(asha)
    assert "cannot be undone" in client.get(page(asha, "forget_participant", ann.pk)).text

    client.post(page(asha, "forget_participant", ann.pk))

    assert not queries.participants(asha.programme).exists()
    assert client.get(page(asha, "participant", ann.pk)).status_code == 404


# ---- the desk --------------------------------------------------------------------------------------------


def test_the_desk_names_the_next_step_and_who_is_missing(asha):
    text = make.client_of(asha).get(page(asha, "desk")).text

    assert "No place is named yet." in text
    assert "Nobody yet from: Panners" in text


def test_two_groups_of_one_name_are_merged_from_the_desk(asha):
    make.constituency(asha.programme, name="Panners")
    one, two = queries.clashes(asha.programme)[0].rows
    client = make.client_of(asha)
    assert "Two that should be one" in client.get(page(asha, "desk")).text

    client.post(page(asha, "merge"), {"row": str(two.pk), "into": str(one.pk)})

    assert list(queries.constituencies(asha.programme)) == [one]
    assert client.post(page(asha, "merge"), {"row": str(two.pk), "into": str(one.pk)}).status_code == 404
