"""Copies that left the house, and what happens to consents when they end."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from jukwaa.field.leaving import actions as leaving
from jukwaa.programmes import actions, consent, erasure, queries
from jukwaa.programmes.consent import Answer, How
from jukwaa.programmes.models import Audience, Consent, Copy, Purpose, Role
from tests import make

pytestmark = pytest.mark.django_db


def days(many: int):
    return timezone.localdate() + timedelta(days=many)


def taken(programme, **others) -> Copy:
    said = {"kind": "export", "holds": "field", "name": "forms.csv", "by": None} | others
    return actions.note_copy(programme=programme, **said)


# ---- copies


def test_the_same_copy_on_the_same_day_is_noted_once():
    programme = make.programme()

    assert taken(programme).pk == taken(programme).pk
    assert taken(programme).pk != taken(programme, by=make.member(programme)).pk
    assert Copy.objects.count() == 2


def test_who_is_forgotten_hears_where_copies_had_gone():
    ann = make.participant()
    make.testimony(ann.programme, voice=ann)
    mine, _votes = taken(ann.programme), taken(ann.programme, holds="dialogue", name="votes.csv")
    _before = taken(ann.programme, day=days(-3), name="older.csv")

    report = erasure.report_on(ann.programme, [ann.pk])

    assert report.copies == (mine,)
    assert report.erased == ("1 testimony", "1 consent")


def test_after_somebody_was_forgotten_the_copies_taken_before_are_called_back():
    ann = make.participant()
    make.testimony(ann.programme, voice=ann)
    copy = taken(ann.programme)
    assert erasure.copies_to_call_back(ann.programme) == []

    actions.forget_participant(participant=ann, by=None)
    assert erasure.copies_to_call_back(ann.programme) == [copy]

    actions.note_copy_destroyed(copy=copy, by=None)
    assert erasure.copies_to_call_back(ann.programme) == []


def test_a_copy_that_was_taken_on_another_day_after_it_is_not_called_back(time_machine):
    ann = make.participant()
    make.testimony(ann.programme, voice=ann)
    actions.forget_participant(participant=ann, by=None)

    taken(ann.programme, day=days(1))

    assert erasure.copies_to_call_back(ann.programme) == []


def test_a_download_and_a_feed_are_noted_with_who_took_them():
    from jukwaa.field.collect import actions as collect
    from jukwaa.field.collect.xlsform import read_sheet
    from tests.field import sheets

    asha = make.member(role=Role.RESEARCHER, name="Asha")
    sheet = sheets.testimony()
    made = read_sheet(sheet, name="form.md")
    edition = collect.add_edition(programme=asha.programme, made=made, sheet=sheet, by=None)

    browser = make.client_of(asha)
    browser.get(reverse("field:submissions_csv", args=[asha.programme.slug, edition.form.pk])).getvalue()

    copy = Copy.objects.get()
    assert (copy.kind, copy.holds, copy.name) == ("export", "field", "testimony.csv")
    assert copy.taken_by_name == "Asha"


def test_a_coordinator_sees_whom_to_write_to_and_notes_the_answer():
    ann = make.participant()
    make.testimony(ann.programme, voice=ann)
    flo = make.member(ann.programme, role=Role.COORDINATOR)
    copy = taken(ann.programme, by=make.member(ann.programme, name="Asha"))
    actions.forget_participant(participant=ann, by=None)
    browser = make.client_of(flo)

    asked = browser.get(reverse("programmes:copies", args=[ann.programme.slug])).content.decode()
    assert "One copy has to be called back." in asked
    assert "Asha" in asked
    browser.post(reverse("programmes:copy_destroyed", args=[ann.programme.slug, copy.pk]))

    after = browser.get(reverse("programmes:copies", args=[ann.programme.slug])).content.decode()
    assert "No copy has to be called back." in after


def test_the_phone_shows_the_report_once_and_keeps_no_trace():
    ann = make.participant(called="Neema")
    make.testimony(ann.programme, voice=ann)
    taken(ann.programme, by=make.member(ann.programme, name="Asha"))

    said = (
        make.phone_of(ann).post(reverse("programmes:forget_me", args=[ann.programme.slug])).content.decode()
    )

    assert "1 testimony" in said
    assert "Download: forms and testimonies" in said
    assert "Asha" not in said
    assert not Consent.objects.filter(participant=ann).exists()


# ---- by the number, on any phone


def test_whoever_types_the_number_of_their_card_is_forgotten_after_a_second_yes(client):
    ann = make.participant()
    make.testimony(ann.programme, voice=ann)
    number = make.card(ann)[1].spaced

    first = client.post("/forget/", {"digits": number}).content.decode()
    assert "Forget me for ever" in first
    ann.refresh_from_db()
    assert not ann.removed
    done = client.post("/forget/", {"digits": number, "sure": "1"}).content.decode()

    assert "It is done" in done
    ann.refresh_from_db()
    assert ann.removed
    assert "Nothing is kept under this number" in client.post("/forget/", {"digits": number}).content.decode()


def test_the_code_of_a_slip_forgets_a_voice_without_a_card_and_never_one_with():
    alone = make.testimony()
    ann = make.participant()
    make.card(ann)
    hers = make.testimony(ann.programme, voice=ann)

    leaving.forget_by_number(digits=alone.trace_code)
    alone.refresh_from_db()
    assert alone.text == ""

    with pytest.raises(leaving.Unknown):
        leaving.forget_by_number(digits=hers.trace_code)


def test_guessing_numbers_is_stopped(client, monkeypatch):
    monkeypatch.setattr(queries, "WRONG_CODES_AN_HOUR", 2)
    number = make.card(make.participant())[1].number
    for _guess in range(2):
        client.post("/forget/", {"digits": "0" * 14 + "98"})
        client.post("/forget/", {"digits": "0" * 10 + "98"})

    assert "Too many wrong card numbers" in client.post("/forget/", {"digits": number}).content.decode()


# ---- consents that end


def test_a_consent_holds_until_its_last_day_and_no_longer(time_machine):
    ann = make.participant()
    actions.give_consent(participant=ann, purpose=Purpose.QUOTE, given=True, until=days(10), by=None)

    time_machine.move_to(timezone.now() + timedelta(days=10))
    assert queries.has_consent(ann, Purpose.QUOTE)
    time_machine.move_to(timezone.now() + timedelta(days=1))
    assert not queries.has_consent(ann, Purpose.QUOTE)


def test_a_quote_whose_consent_has_ended_is_offered_to_nobody(time_machine):
    from jukwaa.field.queries import quotes_to_use

    quote = make.usable_quote()
    assert quotes_to_use(quote.programme).exists()

    time_machine.move_to(timezone.now() + consent.HOLDS + timedelta(days=1))

    assert not quotes_to_use(quote.programme).exists()


def test_whose_consent_to_take_part_has_ended_is_asked_again(time_machine):
    ann = make.participant()
    phone = make.phone_of(ann)
    page = reverse("dialogue:take_part", args=[ann.programme.slug])
    assert phone.get(page).status_code == 200

    time_machine.move_to(timezone.now() + consent.HOLDS + timedelta(days=1))

    assert "consent" in phone.get(page)["Location"]


def test_consents_about_to_end_are_listed_and_a_new_yes_begins_again(time_machine):
    ann = make.participant(consented=False)
    yes = [Answer(Purpose.TAKE_PART, True)]
    actions.give_consents(participant=ann, answers=yes, by=None)
    assert not queries.ending(ann.programme, consent.ASK_AGAIN).exists()

    time_machine.move_to(timezone.now() + consent.HOLDS - timedelta(days=30))
    assert queries.ending(ann.programme, consent.ASK_AGAIN).count() == 1
    actions.give_consents(participant=ann, answers=yes, by=None)

    assert not queries.ending(ann.programme, consent.ASK_AGAIN).exists()


def test_what_could_harm_them_stays_inside_the_programme():
    ann = make.participant()
    said = [Answer(Purpose.QUOTE, True, Audience.PUBLIC)]

    actions.give_consents(participant=ann, answers=said, how=How(danger=True), by=None)

    assert queries.has_consent(ann, Purpose.QUOTE)
    assert not queries.has_consent(ann, Purpose.QUOTE, Audience.PUBLIC)


def test_nothing_holds_for_a_child():
    ann = make.participant()

    actions.give_consents(
        participant=ann, answers=[Answer(Purpose.TAKE_PART, True)], how=How(child=True), by=None
    )

    assert not queries.has_consent(ann, Purpose.TAKE_PART)


def test_how_a_yes_was_given_is_entered_from_paper():
    ann = make.participant()
    flo = make.client_of(make.member(ann.programme, role=Role.FACILITATOR))
    said = {question.purpose.value: "no" for question in consent.QUESTIONS}
    said |= {"take_part": Audience.PROGRAMME.value, "asked_in": "en", "said_on": str(days(0))}

    page = reverse("programmes:enter_consent", args=[ann.programme.slug, ann.pk])
    wrong = flo.post(page, said | {"way": "witness"}).content.decode()
    flo.post(page, said | {"way": "thumb", "until": str(days(30))})

    assert "Say who witnessed it" in wrong
    row = queries.consents(ann)["take_part"]
    assert (row.way, row.until) == ("thumb", days(30))
