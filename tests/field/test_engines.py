"""Both ready forms, fetched, filled in and sent by the engines inside ODK Collect and ODK Web Forms."""

from itertools import repeat
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from lxml import etree

from jukwaa.field.collect import actions, queries
from jukwaa.field.collect.xlsform import read_sheet, ready_forms
from jukwaa.field.models import Attachment, Submission
from tests import make
from tests.field.collect_sim import Collect, Filled
from tests.field.engines import (
    Answers,
    fill_with_javarosa,
    fill_with_web_forms,
    needs_jdk,
    needs_web_forms,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

A_TESTIMONY: Answers = {
    "age": "25_34",
    "agreed": "yes",
    "consent_by": "witness",
    "witness": "Shangazi",
    "may_quote": "yes",
    "may_voice": "no",
    "place": "Geita",
    "gender": "woman",
    "language": "sw",
    "hurts": "hurts.m4a",
    "helps_words": "Maji safi, si «mbali» & si ghali.",
    "photo": "photo.jpg",
    "danger": "no",
}
A_SITE: Answers = {
    "place": "Geita",
    "visited_on": "2026-11-20",
    "minerals": "gold other",
    "works": "both",
    "workers": "50_250",
    "photo": ["a.jpg", "b.jpg"],
}
FORMS = {"testimony": A_TESTIMONY, "site_profile": A_SITE}
LANGUAGES = {"testimony": "Kiswahili (sw)", "site_profile": "Français (fr)"}


@pytest.fixture
def token():
    """The token of a phone in a programme that has published both ready forms."""
    programme = make.programme()
    for sheet in ready_forms().values():
        made = read_sheet(sheet)
        actions.publish_edition(
            edition=actions.add_edition(programme=programme, made=made, sheet=sheet, by=None), by=None
        )
    return actions.add_collector(programme=programme, name="Asha", by=None)[1]


def fetched(token: str, form_id: str) -> bytes:
    """The form as the phone downloads it, by the list."""
    listed = Client().get(reverse("collect:form_list", args=[token]))
    [where] = etree.fromstring(listed.content).xpath(
        f"*[*[local-name()='formID']='{form_id}']/*[local-name()='downloadUrl']/text()"
    )
    return Client().get(where).content


def sent(token: str, filled: Filled) -> Submission:
    """What becomes of it when a phone sends it."""
    phone = Collect(token, repeat("through"), [filled])
    phone.send_all()
    assert not phone.waiting
    return Submission.objects.get()


def said(submission: Submission, answers: Answers) -> dict[str, str | list[str]]:
    """What the submission holds of these questions."""
    found: dict[str, list[str]] = {}
    for path, value in submission.answers.items():
        found.setdefault(queries.bare(path).rpartition("/")[2], []).append(value)
    return {name: found[name] if isinstance(answers[name], list) else found[name][0] for name in answers}


@needs_jdk
@pytest.mark.parametrize("name", FORMS)
def test_what_javarosa_fills_in_becomes_a_complete_submission(token, name, tmp_path: Path):
    answers, form = FORMS[name], fetched(token, f"jukwaa_{name}")
    text = fill_with_javarosa(form, LANGUAGES[name], answers, tmp_path)
    files = [one for each in answers.values() for one in ([each] if isinstance(each, str) else each)]

    kept = sent(token, Filled(text, {n: n.encode() for n in files if n.endswith((".m4a", ".jpg"))}))

    assert kept.state == Submission.State.RECEIVED
    assert said(kept, answers) == answers
    whole = queries.completeness(kept)
    assert (whole.expected, whole.missing) == (2, ())


@needs_web_forms
@pytest.mark.parametrize("name", FORMS)
def test_what_odk_web_forms_fills_in_becomes_a_complete_submission(token, name, tmp_path: Path):
    answers, form = FORMS[name], fetched(token, f"jukwaa_{name}")

    kept = sent(token, fill_with_web_forms(form, LANGUAGES[name], answers, tmp_path))

    assert kept.state == Submission.State.RECEIVED
    assert said(kept, answers) == answers
    whole = queries.completeness(kept)
    assert (whole.expected, whole.missing) == (2, ())


@needs_jdk
def test_javarosa_asks_somebody_under_18_nothing_more(token, tmp_path: Path):
    form = fetched(token, "jukwaa_testimony")

    with pytest.raises(AssertionError, match="words was asked 0 times"):
        fill_with_javarosa(form, "English (en)", {"age": "under_18", "hurts_words": "CANARY"}, tmp_path)
    kept = sent(token, Filled(fill_with_javarosa(form, "English (en)", {"age": "under_18"}, tmp_path), {}))

    assert kept.answers == {"/data/age": "under_18"}
    assert not Attachment.objects.exists()
