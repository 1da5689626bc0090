"""A form on a page, without an app: asked, refused and stopped as on a phone, and the same submission."""

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from jukwaa.field.collect import actions as collect
from jukwaa.field.collect import queries as collected
from jukwaa.field.collect.xlsform import READY, read_sheet
from jukwaa.field.models import Attachment, Submission
from jukwaa.field.voices import queries as voices
from jukwaa.programmes.models import Role
from jukwaa.record import blobs
from tests import make
from tests.field.sounds import amr
from tests.field.test_media import with_secrets

pytestmark = pytest.mark.django_db

ADULT = {"/data/age": "25_34"}
YES = {"/data/adult/agreed": "yes"}
BY_VOICE = {"/data/adult/said/consent_by": "signature"}
MAY = {"/data/adult/said/may_quote": "yes", "/data/adult/said/may_voice": "no"}
SAID = {"/data/adult/said/language": "sw", "/data/adult/said/danger": "no"}
WORDS = {"/data/adult/said/hurts_words": "Maji ni machafu.", "/data/adult/said/place": "Geita"}


def published(programme, sheet: bytes, name: str = "form.md"):
    made = read_sheet(sheet, name=name)
    draft = collect.add_edition(programme=programme, made=made, sheet=sheet, by=None)
    return collect.publish_edition(edition=draft, by=None)


@pytest.fixture
def researcher():
    return make.member(role=Role.RESEARCHER)


@pytest.fixture
def edition(researcher):
    return published(researcher.programme, (READY / "testimony.md").read_bytes())


class Browser:
    """A browser without scripts: sends what its page holds, with what was typed in it."""

    def __init__(self, client, url: str) -> None:
        self.client, self.url = client, url
        self.page = client.get(url)

    def press(self, go: str = "next", **given):
        self.page = self.client.post(self.url, self.fields() | {"go": go} | given.pop("said", {}) | given)
        return self.page

    def answer(self, said: dict, go: str = "next"):
        return self.press(go, said=said)

    def fields(self) -> dict:
        """What the page would send as it stands."""
        found: dict = {}
        for tag in re.findall(r"<input [^>]*>", self.page.text):
            said = {k: unescape(v) for k, v in re.findall(r'([\w:-]+)="([^"]*)"', tag)}
            if said.get("type") == "file" or (
                said.get("type") in {"radio", "checkbox"} and "checked" not in tag
            ):
                continue
            found.setdefault(said["name"], []).append(said.get("value", ""))
        for name, words in re.findall(r'<textarea[^>]* name="([^"]*)"[^>]*>([^<]*)', self.page.text):
            found[name] = unescape(words)
        return found

    def asks(self, path: str) -> bool:
        return f'name="{path}"' in re.sub(r'<input type="hidden"[^>]*>', "", self.page.text)


@pytest.fixture
def browser(researcher, edition) -> Browser:
    return Browser(
        make.client_of(researcher), reverse("field:fill", args=[researcher.programme.slug, edition.form_id])
    )


def to_the_end(browser: Browser, *answers: dict) -> None:
    """Answer page by page what each asks of these."""
    left = {key: value for each in answers for key, value in each.items()}
    for _page in range(20):
        if browser.page.status_code == 302:
            return
        here = {path: said for path, said in left.items() if browser.asks(path)}
        browser.answer(here)
        assert browser.page.status_code in {200, 302}, browser.page.text
    raise AssertionError("the form has no end")


def test_what_is_filled_in_on_a_page_is_a_submission_like_any_other(browser, edition, researcher):
    to_the_end(browser, ADULT, YES, BY_VOICE, MAY, WORDS, SAID)

    kept = Submission.objects.get()
    assert kept.state == Submission.State.RECEIVED
    assert kept.edition == edition
    assert kept.answers["/data/adult/said/hurts_words"] == "Maji ni machafu."
    assert collected.completeness(kept).missing == ()
    filled = voices.read(kept)
    assert (filled.agreed, filled.may_quote, filled.danger) == (True, True, False)


def test_somebody_under_18_is_asked_nothing_more_and_nothing_else_is_kept(browser):
    stop = browser.answer({"/data/age": "under_18"})
    assert "A person under 18 is not interviewed" in stop.text
    assert "referral card" in stop.text
    assert not browser.asks("/data/adult/agreed")

    ended = browser.press()

    assert "The interview has ended" in browser.client.get(ended["Location"]).text
    kept = Submission.objects.get()
    assert kept.answers == {"/data/age": "under_18"}


def test_nothing_is_asked_before_consent_and_nothing_after_a_no(browser):
    browser.answer(ADULT)
    assert browser.asks("/data/adult/agreed")
    assert not browser.asks("/data/adult/said/hurts_words")

    browser.answer({"/data/adult/agreed": "no"})

    assert browser.page.status_code == 302
    assert not voices.read(Submission.objects.get()).agreed


def test_a_required_answer_that_is_missing_is_named_and_what_was_typed_stays(browser):
    browser.answer(ADULT)
    browser.answer(YES)
    browser.answer({"/data/adult/said/consent_by": "witness"})

    refused = browser.answer({"/data/adult/said/witness": "Bi Asha"})

    assert refused.status_code == 422
    assert "Please answer this." in refused.text
    assert browser.fields()["/data/adult/said/witness"] == "Bi Asha"
    assert not Submission.objects.exists()


def test_a_question_is_asked_when_it_is_relevant_and_only_then(browser):
    browser.answer(ADULT)
    browser.answer(YES)

    browser.answer({"/data/adult/said/consent_by": "voice"})

    assert browser.asks("/data/adult/said/consent_voice")
    assert not browser.asks("/data/adult/said/witness")


def test_one_can_go_back_and_say_otherwise(browser):
    browser.answer(ADULT)
    browser.answer({}, "back")
    assert 'value="25_34" checked' in browser.page.text

    browser.answer({"/data/age": "under_18"})

    assert "Stop here" in browser.page.text


def test_files_are_cleaned_before_they_are_kept_and_come_with_the_submission(browser):
    photo = SimpleUploadedFile("p.jpg", with_secrets(), "image/jpeg")
    sound = SimpleUploadedFile("a.amr", amr(), "audio/amr")
    to_the_end(
        browser, ADULT, YES, BY_VOICE, MAY, SAID,
        {"/data/adult/said/photo": photo, "/data/adult/said/hurts": sound},
    )  # fmt: skip

    kept = {each.name.rpartition(".")[2]: each for each in Attachment.objects.all()}
    assert set(kept) == {"jpg", "ogg"}
    assert {each.cleaning for each in kept.values()} == {"clean"}
    assert b"SECRET" not in blobs.read(kept["jpg"].file)
    assert collected.completeness(Submission.objects.get()).missing == ()


def test_a_file_that_is_attached_stays_when_another_answer_needs_mending(browser):
    browser.answer(ADULT)
    browser.answer(YES)
    browser.answer(BY_VOICE)
    browser.answer(MAY)
    for _page in range(5):
        if browser.asks("/data/adult/said/photo"):
            break
        browser.answer({path: said for path, said in SAID.items() if browser.asks(path)})
    photo = SimpleUploadedFile("p.jpg", with_secrets(), "image/jpeg")
    refused = browser.answer({"/data/adult/said/photo": photo})
    assert "A photo is attached" in refused.text

    to_the_end(browser, SAID)

    assert Attachment.objects.get().name.endswith(".jpg")


def test_what_is_no_recording_is_refused_on_the_page_in_a_sentence(browser):
    browser.answer(ADULT)
    browser.answer(YES)
    browser.answer({"/data/adult/said/consent_by": "voice"})

    refused = browser.answer({"/data/adult/said/consent_voice": SimpleUploadedFile("a.mp3", b"MZ")})

    assert refused.status_code == 422
    assert "not a recording that can be played" in refused.text


def test_sending_the_same_page_twice_keeps_it_once(browser):
    browser.answer(ADULT)
    last = browser.fields() | {"go": "next", "/data/adult/agreed": "no"}

    for _tap in range(2):
        browser.client.post(browser.url, last)

    assert Submission.objects.count() == 1
    assert not Submission.objects.filter(state=Submission.State.VARIANT).exists()


# ---- a person with a card --------------------------------------------------------------------------------


def test_nobody_with_a_card_can_open_a_form_before_the_team_lets_them(researcher, edition):
    phone = make.phone_of(make.participant(researcher.programme))
    url = reverse("field:say", args=[researcher.programme.slug, edition.form_id])
    assert phone.get(url).status_code == 404

    make.client_of(researcher).post(
        reverse("field:let_cards", args=[researcher.programme.slug, edition.form_id]), {"allowed": "yes"}
    )

    assert phone.get(url).status_code in {200, 302}


def test_what_a_person_says_with_their_card_is_theirs_and_goes_with_them(researcher, edition):
    ann = make.participant(researcher.programme)
    make.consent(ann, "take_part")
    collect_form = edition.form
    make.client_of(researcher).post(
        reverse("field:let_cards", args=[researcher.programme.slug, collect_form.pk]), {"allowed": "yes"}
    )
    phone = Browser(
        make.phone_of(ann), reverse("field:say", args=[researcher.programme.slug, collect_form.pk])
    )

    to_the_end(phone, ADULT, YES, BY_VOICE, MAY, WORDS, SAID)

    kept = Submission.objects.get()
    assert kept.subject == ann.pk
    assert voices.speaker(kept, voices.read(kept)) == ann


# ---- what waited on a phone ------------------------------------------------------------------------------

INSTANCE = "uuid:6ba7b810-9dad-41d1-80b4-00c04fd430c8"


def waited(edition, **more) -> dict:
    """What a phone sends of a form that waited on it."""
    said = {"edition": str(edition.pk), "instance": INSTANCE, "started": "2026-11-26T09:30:00+03:00"}
    return said | ADULT | YES | BY_VOICE | MAY | SAID | WORDS | more


@pytest.fixture
def hub(researcher, edition):
    """Posts to where a phone of the team sends what waited."""
    client = make.client_of(researcher)
    url = reverse("field:fill_send", args=[researcher.programme.slug, edition.form_id])
    return lambda said: client.post(url, said)


def test_what_waited_on_a_phone_is_kept_once_however_often_it_is_sent(hub, edition):
    assert hub(waited(edition)).json() == {"state": "kept"}
    assert hub(waited(edition)).json() == {"state": "here"}

    assert Submission.objects.get().instance_id == INSTANCE


def test_what_waited_is_kept_though_it_does_not_fit_and_says_so(hub, edition):
    broken = SimpleUploadedFile("a.mp3", b"MZ not a recording")

    answer = hub(waited(edition, **{"/data/adult/said/danger": "", "/data/adult/said/hurts": broken}))

    assert answer.json() == {"state": "kept"}
    kept = Submission.objects.get()
    assert kept.review == Submission.Review.ISSUES
    assert blobs.read(Attachment.objects.get().file) == b"MZ not a recording"


def test_what_was_filled_in_with_an_edition_that_is_retired_since_is_kept(hub, edition):
    collect.retire_edition(edition=edition, by=None)

    assert hub(waited(edition)).json() == {"state": "kept"}


def test_of_somebody_under_18_a_waiting_phone_leaves_nothing_but_that(hub, edition):
    hub(waited(edition, **{"/data/age": "under_18"}))

    kept = Submission.objects.get()
    assert kept.answers.get("/data/age") == "under_18"
    assert b"Maji" not in blobs.read(kept.xml)


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b'{"jukwaa": "unsent", "items": [{}]}', b"\xff\xfe"])
def test_a_file_that_holds_no_unsent_answers_is_refused_in_a_sentence(researcher, data):
    url = reverse("field:unsent", args=[researcher.programme.slug])

    answer = make.client_of(researcher).post(url, {"unsent": SimpleUploadedFile("a.json", data or b" ")})

    assert "no file of unsent answers" in answer.text
