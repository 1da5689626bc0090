"""A filled-in form becomes testimonies: whose words they are, what they agreed to, and what is never made."""

import uuid

import pytest
from django.urls import reverse

from jukwaa.dialogue.queries import asked_people
from jukwaa.field import actions as field
from jukwaa.field.collect import actions as collect
from jukwaa.field.collect.xlsform import read_sheet, ready_forms
from jukwaa.field.models import Submission, Testimony
from jukwaa.field.voices import actions, queries
from jukwaa.programmes import actions as programmes
from jukwaa.programmes.models import Consent, Participant, Role
from jukwaa.programmes.queries import consents, has_consent, head_counts
from jukwaa.record import blobs
from jukwaa.web import reactions
from tests import make

pytestmark = pytest.mark.django_db

OGG = b"OggS" + bytes(range(200))


@pytest.fixture
def programme():
    return make.programme()


@pytest.fixture
def collector(programme):
    made = read_sheet(ready_forms()["testimony"])
    edition = collect.add_edition(programme=programme, made=made, sheet=b"sheet", by=None)
    collect.publish_edition(edition=edition, by=None)
    return collect.add_collector(programme=programme, name="Asha", by=None)[0]


def filled(*, age: str = "25_34", agreed: str = "yes", said: str = "", instance: str = "") -> bytes:
    """The ready form as a phone fills it in."""
    said = said or "<hurts>h.ogg</hurts><helps_words>A pump.</helps_words>"
    return (
        '<jukwaa_testimony id="jukwaa_testimony" version="2026112601">'
        f"<age>{age}</age><adult><agreed>{agreed}</agreed><said><consent_by>witness</consent_by>"
        "<witness>Mama Neema</witness><may_quote>yes</may_quote><may_voice>no</may_voice>"
        "<place>Nyarugusu</place><role>panner</role><gender>woman</gender><language>sw</language>"
        f"<danger>no</danger>{said}</said></adult>"
        f"<meta><instanceID>{instance or uuid.uuid4()}</instanceID></meta></jukwaa_testimony>"
    ).encode()


def sent(collector, xml: bytes | None = None, **files: bytes) -> Submission:
    parts = [collect.Part(n.replace("_", "."), d, "audio/ogg") for n, d in (files or {"h_ogg": OGG}).items()]
    return collect.receive_submission(collector=collector, xml=xml or filled(), parts=parts).submission


def made(submission: Submission, **others) -> list[Testimony]:
    return actions.make_testimonies(
        submission=submission, by=None, **({"constituency": None, "place": None} | others)
    )


def test_each_answer_becomes_a_testimony_with_its_words_or_its_sound(programme, collector):
    panners, place = make.constituency(programme, name="Panners"), make.place(programme)

    hurts, helps = made(sent(collector), constituency=panners, place=place)

    assert (hurts.about, hurts.audio_mime, hurts.text) == ("hurts", "audio/ogg", "")
    assert (helps.about, helps.text) == ("helps", "A pump.")
    assert (hurts.voice.constituency, hurts.voice.gender, hurts.place) == (panners, "woman", place)
    assert not hurts.danger


def test_without_a_card_the_words_are_of_the_voice_of_the_form(collector):
    submission = sent(collector)

    [hurts, _helps] = made(submission)

    assert hurts.subject == hurts.voice_id == submission.subject


def test_what_they_agreed_to_is_kept_with_its_words_its_language_its_way_and_its_witness(collector):
    [hurts, _helps] = made(sent(collector))

    said = consents(hurts.voice)
    assert {purpose: each.given for purpose, each in said.items()} == {"quote": True, "voice": False}
    quote = said["quote"]
    assert (quote.version, quote.language) == ("jukwaa_testimony 2026112601", "sw")
    assert (quote.way, quote.witness) == (Consent.Way.WITNESS, "Mama Neema")
    assert not has_consent(hurts.voice, "quote", "3-public")


def test_a_card_in_the_form_gives_the_words_to_whoever_holds_it(programme, collector):
    ann = make.participant(programme)
    _card, minted = make.card(ann)

    [hurts] = made(sent(collector, filled(said=f"<card>{minted.spaced}</card><hurts>h.ogg</hurts>")))

    assert (hurts.voice, hurts.subject) == (ann, ann.pk)


def test_a_card_that_was_never_handed_out_names_nobody(programme, collector):
    ann = make.participant(programme)

    [hurts] = made(sent(collector, filled(said="<card>1234</card><hurts>h.ogg</hurts>")))

    assert hurts.voice != ann


def test_nothing_is_ever_made_of_what_a_child_said(programme, collector):
    submission = sent(collector, filled(age="under_18"))

    with pytest.raises(actions.NotToBeMade, match="under 18"):
        made(submission)
    assert not Testimony.objects.exists()
    assert not Participant.objects.exists()


def test_of_a_child_a_researcher_sees_only_that_it_is_one(programme, collector):
    submission = sent(collector, filled(age="under_18"))
    browser = make.client_of(make.member(programme, role=Role.RESEARCHER))

    for address in (
        reverse("field:waiting", args=[programme.slug]),
        reverse("field:make_testimonies", args=[programme.slug, submission.pk]),
    ):
        shown = browser.get(address).content.decode()
        assert "under 18" in shown
        assert "pump" not in shown
        assert "Nyarugusu" not in shown


@pytest.mark.parametrize(
    ("xml", "why"),
    [
        (filled(agreed="no"), "did not agree"),
        (filled(said="<hurts>late.ogg</hurts>"), "no words and no recording"),
    ],
    ids=["no yes", "no answer"],
)
def test_nothing_is_made_without(collector, xml, why):
    with pytest.raises(actions.NotToBeMade, match=why):
        made(sent(collector, xml))


def test_testimonies_are_made_once(collector):
    submission = sent(collector)
    made(submission)

    with pytest.raises(actions.NotToBeMade, match="before"):
        made(submission)


def test_a_form_waits_until_testimonies_are_made_of_it(programme, collector):
    submission = sent(collector)
    panners = make.constituency(programme)
    browser = make.client_of(make.member(programme, role=Role.RESEARCHER))
    assert list(queries.waiting(programme)) == [submission]

    browser.post(
        reverse("field:make_testimonies", args=[programme.slug, submission.pk]), {"constituency": panners.pk}
    )

    assert not queries.waiting(programme)
    assert {t.voice.constituency for t in Testimony.objects.all()} == {panners}


def test_a_recording_that_cannot_be_played_is_refused_and_nothing_is_made(programme, collector):
    submission = sent(collector, h_ogg=b"MZ no sound")
    browser = make.client_of(make.member(programme, role=Role.RESEARCHER))

    answer = browser.post(
        reverse("field:make_testimonies", args=[programme.slug, submission.pk]), {"place": ""}
    )

    assert "not a recording" in answer.content.decode()
    assert not Testimony.objects.exists()
    assert not Participant.objects.exists()


@pytest.mark.parametrize("with_card", [False, True], ids=["without a card", "with a card"])
def test_forgetting_the_voice_forgets_the_form_and_all_that_still_comes(programme, collector, with_card):
    xml = filled(instance="uuid:one")
    if with_card:
        _card, minted = make.card(make.participant(programme))
        said = f"<card>{minted.spaced}</card><hurts>h.ogg</hurts>"
        xml = filled(instance="uuid:one", said=said)
    first, *_others = made(sent(collector, xml))

    field.withdraw_testimony(testimony=first, by=None)

    assert not Submission.objects.exists()
    assert not Consent.objects.exists()
    assert {(t.text, t.audio) for t in Testimony.objects.all()} == {("", "")}
    with pytest.raises(collect.Forgotten):
        sent(collector, xml, late_ogg=OGG)


def test_forgetting_somebody_by_their_card_forgets_the_form_that_named_it(programme, collector):
    ann = make.participant(programme)
    _card, minted = make.card(ann)
    made(sent(collector, filled(said=f"<card>{minted.spaced}</card><hurts>h.ogg</hurts>")))

    programmes.forget_participant(participant=ann, by=None)
    reactions.work_once()

    assert not Submission.objects.exists()


def test_who_was_heard_in_the_field_is_not_counted_among_those_who_take_part(programme, collector):
    panners = make.constituency(programme, name="Panners")
    flo = make.client_of(make.member(programme))

    made(sent(collector), constituency=panners)

    [count] = head_counts(programme)
    shown = flo.get(reverse("programmes:participants", args=[programme.slug])).content.decode()
    assert count.total == 0
    assert "One more person was heard in the field" in shown


def test_who_was_heard_is_not_asked_in_a_round_until_they_have_a_card(programme, collector):
    panners = make.constituency(programme, name="Panners")
    [hurts, _helps] = made(sent(collector), constituency=panners)
    round_ = make.round_(programme)
    assert not asked_people(round_)

    make.card(hurts.voice)

    assert list(asked_people(round_)) == [hurts.voice]
    assert head_counts(programme)[0].total == 1


def test_a_form_leads_to_its_testimonies_and_they_lead_back(programme, collector):
    submission = sent(collector)
    browser = make.client_of(make.member(programme, role=Role.RESEARCHER))
    form = reverse("field:submission", args=[programme.slug, submission.pk])
    making = reverse("field:make_testimonies", args=[programme.slug, submission.pk])
    assert making in browser.get(form).content.decode()

    hurts, helps = made(submission)

    shown = browser.get(form).content.decode()
    assert hurts.get_absolute_url() in shown
    assert helps.get_absolute_url() in shown
    assert making not in shown
    assert form in browser.get(hurts.get_absolute_url()).content.decode()


def test_a_yes_by_recorded_voice_is_kept_with_the_consent_and_danger_keeps_it_inside(programme, collector):
    said = "<consent_voice>yes.ogg</consent_voice><hurts_words>The water.</hurts_words>"
    xml = filled(said=said).replace(b"<danger>no</danger>", b"<danger>yes</danger>")

    [hurts] = made(sent(collector, xml, yes_ogg=OGG))

    quote = consents(hurts.voice)["quote"]
    assert blobs.read(quote.recording)
    assert quote.danger
    assert has_consent(hurts.voice, "quote")
    assert not has_consent(hurts.voice, "quote", "2-report")
