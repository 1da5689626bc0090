"""The two-page aide-memoire: nobody counted out, and the same words on paper and in public."""

from __future__ import annotations

import io
import re
from datetime import date

import docx
import pypdf
import pytest
from django.test import Client
from django.urls import reverse

from jukwaa.dialogue import actions, analysis
from jukwaa.dialogue.hall import actions as hall
from jukwaa.dialogue.minutes import actions as after
from jukwaa.dialogue.minutes import memo
from jukwaa.dialogue.models import Gathering, Memoire
from jukwaa.programmes import actions as programmes
from jukwaa.programmes.models import Member
from tests import make

pytestmark = pytest.mark.django_db

LONG = "The district engineer puts up a pump at the washing place before the rains begin in October. "


@pytest.fixture
def dialogue() -> Gathering:
    """A dialogue of a public programme in two languages, to which twelve panners and no owner came."""
    programme = make.programme(languages="en sw", public=True)
    gathering = make.gathering(programme, title="Action dialogue")
    panners = make.constituency(programme, name="Panners")
    make.constituency(programme, name="Owners")
    people = programmes.add_participants(programme=programme, constituency=panners, count=12, by=None)
    actions.attend(gathering=gathering, people=people, state="came", by=None)
    return gathering


@pytest.fixture
def flo(dialogue: Gathering) -> Member:
    return make.member(dialogue.programme)


def address(gathering: Gathering, name: str, language: str = "en", *more: str) -> str:
    return reverse(f"dialogue:{name}", args=[gathering.programme.slug, gathering.pk, language, *more])


def agreed(gathering: Gathering, text: str) -> None:
    """A round that every group agrees with, closed and drawn."""
    round_ = actions.prepare_round(gathering=gathering, kind="problems", question="What hurts?", by=None)
    statement = make.statement(round_, text=text)
    actions.translate(row=statement, language="sw", text="Maji machafu.", made_by="Flo", by=None)
    actions.open_round(round=round_, by=None)
    for group in gathering.programme.constituencys.all():
        people = programmes.add_participants(
            programme=gathering.programme, constituency=group, count=40, by=None
        )
        rows = [(statement.pk, who.pk, 1) for who in people]
        actions.cast_votes(round=round_, rows=rows, channel="web", by=None)
    actions.close_round(round=round_, by=None)
    analysis.redraw(round_)


# ---- the draft -------------------------------------------------------------------------------------------


def test_the_draft_tells_what_was_agreed_who_does_what_and_how_to_follow(dialogue):
    agreed(dialogue, "The water is dirty.")
    hall.write_note(
        gathering=dialogue,
        kind="action",
        text="Put up a pump",
        owner="District engineer",
        due_on=date(2027, 3, 1),
        by=None,
    )

    found = memo.draft(dialogue, "en")

    assert "- The water is dirty." in found["common"]
    assert "- Put up a pump – District engineer, 1 March 2027" in found["next"]
    assert "trace code" in found["follow"]
    assert found["there"].endswith("Groups that were missing: Owners.")


def test_the_draft_counts_nobody_out(dialogue):
    dan = make.participant(
        dialogue.programme, constituency=dialogue.programme.constituencys.get(name="Panners"), gender="woman"
    )
    actions.attend(gathering=dialogue, people=[dan], state="came", by=None)

    told = memo.draft(dialogue, "en")["there"]

    assert "People who came: 15. Women among them: <10." in told


def test_the_draft_is_in_the_language_that_is_asked_for(dialogue):
    agreed(dialogue, "The water is dirty.")

    assert "- Maji machafu." in memo.draft(dialogue, "sw")["common"]


def test_what_a_round_keeps_until_it_is_closed_is_not_in_the_draft(dialogue):
    agreed(dialogue, "The water is dirty.")
    actions.reopen_round(round=dialogue.rounds.get(), by=None)

    assert "The water is dirty." not in memo.draft(dialogue, "en")["common"]


# ---- written by people -----------------------------------------------------------------------------------


def test_what_a_person_writes_stays_and_the_rest_goes_on_following_the_record(dialogue, flo):
    browser = make.client_of(flo)
    words = memo.memo(dialogue, "en").words | {"purpose": "We met because of the water."}
    browser.post(address(dialogue, "edit_memoire"), words)
    hall.write_note(gathering=dialogue, kind="decision", text="No mercury", by=flo)

    told = browser.get(address(dialogue, "memoire_in")).content.decode()

    assert "We met because of the water." in told
    assert "No mercury" in told


def test_a_language_that_the_programme_does_not_speak_has_no_memoire(dialogue, flo):
    assert make.client_of(flo).get(address(dialogue, "memoire_in", "fr")).status_code == 404


def test_words_that_are_too_long_are_refused_and_stay_in_the_form(dialogue, flo):
    told = make.client_of(flo).post(address(dialogue, "edit_memoire"), {"purpose": "long " * 1000})

    assert not Memoire.objects.exists()
    assert "long long" in told.content.decode()


# ---- public ----------------------------------------------------------------------------------------------


def test_nobody_reads_it_before_it_is_published_and_everybody_after(dialogue, flo):
    page = address(dialogue, "public_memoire")
    before = Client().get(page).status_code

    make.client_of(flo).post(address(dialogue, "publish_memoire"))

    told = Client().get(page).content.decode()
    assert before == 404
    assert "People who came: 10." in told
    assert memo.digest("en", memo.memo(dialogue, "en").words) in told
    assert page in Client().get(dialogue.get_absolute_url()).content.decode()


def test_a_published_memoire_keeps_its_words_whatever_is_recorded_later(dialogue, flo):
    browser = make.client_of(flo)
    browser.post(address(dialogue, "publish_memoire"))
    before = Client().get(address(dialogue, "public_memoire")).content

    hall.write_note(gathering=dialogue, kind="decision", text="No mercury", by=flo)

    assert b"No mercury" not in before
    found = memo.published(dialogue, "en")
    assert found.row.digest == memo.digest("en", found.words)
    assert "No mercury" not in Client().get(address(dialogue, "public_memoire")).content.decode()


def test_writing_in_it_again_takes_it_from_the_public_until_it_is_published_anew(dialogue, flo):
    browser = make.client_of(flo)
    browser.post(address(dialogue, "publish_memoire"))

    browser.post(address(dialogue, "edit_memoire"), {"purpose": "Water."})

    assert Client().get(address(dialogue, "public_memoire")).status_code == 404


def test_it_can_be_taken_back(dialogue, flo):
    browser = make.client_of(flo)
    browser.post(address(dialogue, "publish_memoire"))

    browser.post(address(dialogue, "take_back_memoire"))

    assert Client().get(address(dialogue, "public_memoire")).status_code == 404


def test_whoever_publishes_is_told_of_small_numbers_that_they_wrote(dialogue, flo):
    after.write_memoire(
        gathering=dialogue, language="en", sections={"there": "3 widows came on 1 March."}, by=flo
    )

    told = make.client_of(flo).get(address(dialogue, "publish_memoire")).content.decode()

    assert "You wrote numbers under ten: 3." in told


# ---- on paper --------------------------------------------------------------------------------------------


def pages_of(found: memo.Memo) -> int:
    return len(pypdf.PdfReader(io.BytesIO(memo.as_pdf(found))).pages)


def written(dialogue: Gathering, lines: int, points: bool) -> memo.Memo:
    """A memo whose sections are so many long lines each."""
    words = "\n".join(("- " if points else "") + LONG * 2 for _ in range(lines))
    sections = dict.fromkeys(Memoire.SECTIONS, words[:4000])
    after.write_memoire(gathering=dialogue, language="en", sections=sections, by=None)
    return memo.memo(dialogue, "en")


def test_an_ordinary_memo_is_two_pages_of_pdf_at_most(dialogue):
    agreed(dialogue, "The water is dirty.")
    found = memo.memo(dialogue, "en")

    assert pages_of(found) <= 2
    assert not found.too_long


@pytest.mark.parametrize("points", [True, False])
@pytest.mark.parametrize("lines", [2, 3, 4, 6, 8])
def test_whoever_writes_more_than_two_pages_is_warned(dialogue, lines, points):
    found = written(dialogue, lines, points)

    assert found.pages >= pages_of(found)
    assert found.pages <= pages_of(found) + 1
    assert found.too_long == (lines > 4)


def test_the_pdf_fetches_nothing_whatever_stands_in_the_words(dialogue, flo):
    sections = {"purpose": '<img src="file:///etc/passwd"> <link rel="stylesheet" href="http://127.0.0.1/">'}
    after.write_memoire(gathering=dialogue, language="en", sections=sections, by=flo)

    answer = make.client_of(flo).get(address(dialogue, "memoire_file", "en", "pdf"))

    [page, *_] = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    assert "file:///etc/passwd" in re.sub(r"\s", "", page.extract_text())
    assert "root:" not in page.extract_text()


def test_the_word_file_holds_the_same_words_in_the_same_order(dialogue, flo):
    hall.write_note(gathering=dialogue, kind="decision", text="No mercury & <no> cyanide", by=flo)

    answer = make.client_of(flo).get(address(dialogue, "memoire_file", "en", "docx"))

    lines = [each.text for each in docx.Document(io.BytesIO(answer.content)).paragraphs]
    found = memo.memo(dialogue, "en")
    expected = [str(dialogue.programme), str(dialogue)]
    for section in found.sections:
        expected += [section.title, *(line for _kind, said in section.blocks for line in said)]
    assert [line for line in lines if line] == expected
    assert "No mercury & <no> cyanide" in lines
