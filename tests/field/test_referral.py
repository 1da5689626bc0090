"""The referral card: where a child finds help here, in the forms, on the page and in the pocket."""

import pytest
from django.urls import reverse

from jukwaa.field.collect import actions, queries, referral
from jukwaa.field.collect.xlsform import read_sheet, ready_forms, workbook
from jukwaa.field.models import Edition
from jukwaa.programmes.models import Role
from jukwaa.record import blobs
from tests import make

pytestmark = pytest.mark.django_db

SW = "Ofisi ya Ustawi, Simu: 000 111"
EN = "Welfare office, phone 000 111\nOpen 8 to 16"
NUMBER = "2026112601"
OWN = """
| survey | | | |
| | type | name | label::English (en) |
| | note | help | [[referral_card]] |
| | text | words | What hurts? |
| settings | | | |
| | form_id | version | form_title |
| | own | 7 | Own |
"""


@pytest.fixture
def researcher():
    return make.member(role=Role.RESEARCHER)


@pytest.fixture
def page(researcher):
    """Addresses of the programme, as the researcher's browser opens them."""
    client = make.client_of(researcher)

    def opened(name: str, *args, query: str = "", **posted):
        url = reverse(f"field:{name}", args=[researcher.programme.slug, *args]) + query
        if posted:
            return client.post(url, posted, follow=True)
        return client.get(url, follow=True)

    opened.post = lambda name, *args: client.post(
        reverse(f"field:{name}", args=[researcher.programme.slug, *args]), follow=True
    )
    return opened


def write(researcher, **words: str) -> None:
    actions.write_referral_card(programme=researcher.programme, words=words, by=researcher)


def added(page) -> Edition:
    page.post("add_ready_form", "testimony")
    return Edition.objects.order_by("hlc").last()


def stops(edition: Edition) -> dict[str, str]:
    """What the form says where it stops, by language."""
    [note] = [asked for asked in queries.questions(edition) if asked.name == "child"]
    return note.labels


def test_the_ready_form_says_where_help_is_in_each_language(researcher, page):
    write(researcher, sw=SW, en=EN)

    edition = added(page)

    assert stops(edition)["en"].endswith(f"today.\n\n{EN}")
    assert stops(edition)["sw"].endswith(SW)
    assert edition.version == f"{NUMBER}-{referral.digest({'sw': SW, 'en': EN})}"
    assert edition.warnings == []
    assert b"Open 8 to 16" in blobs.read(edition.xform)
    assert "000 111" in page("preview_edition", edition.pk).text


def test_a_language_without_words_is_shown_the_first_ones_because_of_the_number(researcher, page):
    write(researcher, sw=SW)

    assert stops(added(page))["fr"].endswith(f"programme.\n\n{SW}")


def test_without_a_card_the_note_stays_general_and_every_page_says_so_but_forbids_nothing(page):
    edition = added(page)

    assert edition.version == NUMBER
    assert stops(edition)["en"].endswith("in this programme today.")
    said = "has written the"
    assert said in page("forms").text
    assert said in page("edition", edition.pk).text
    assert said in page("publish_edition", edition.pk).text
    page.post("publish_edition", edition.pk)
    edition.refresh_from_db()
    assert edition.state == Edition.State.PUBLISHED


def test_a_changed_card_is_offered_as_a_new_version_that_replaces_the_old_one(researcher, page):
    write(researcher, en=EN)
    old = actions.publish_edition(edition=added(page), by=researcher)
    assert "still shows the old words" not in page("referral_card").text
    write(researcher, en="Another office, phone 222")
    assert "still shows the old words" in page("referral_card").text
    assert "The referral card has changed since" in page("edition", old.pk).text

    page.post("renew_edition", old.pk)

    new = Edition.objects.exclude(pk=old.pk).get()
    assert stops(new)["en"].endswith("Another office, phone 222")
    assert new.version != old.version
    page.post("publish_edition", new.pk)
    old.refresh_from_db()
    assert old.state == Edition.State.RETIRED
    assert "still shows the old words" not in page("referral_card").text


def test_the_same_words_again_are_the_version_that_is_here(researcher, page):
    write(researcher, en=EN)
    first = added(page)
    write(researcher, en="Another office")
    write(researcher, en=EN)

    assert actions.renew_edition(edition=first, by=researcher).pk == first.pk


def test_the_card_is_written_on_a_page_from_an_example_whose_brackets_must_be_filled(researcher, page):
    code = researcher.programme.first_language
    assert "[number]" in page("edit_referral_card", query="?example").text

    refused = page("edit_referral_card", **{code: "Office, phone [number]"})
    assert "where the brackets stand" in refused.text
    assert "Office, phone [number]" in refused.text
    assert "does not fit a card" in page("edit_referral_card", **{code: "x" * 301}).text
    assert not referral.card(researcher.programme)

    page("edit_referral_card", **{code: " Office\r\nPhone 333 "})
    assert referral.card(researcher.programme) == {code: "Office\nPhone 333"}
    assert "Office<br>Phone 333" in page("print_referral_card").text


def test_a_form_of_ones_own_may_have_a_place_for_the_card(researcher):
    sheet = workbook(OWN)

    assert read_sheet(sheet).version == "7"
    assert "protects children" in read_sheet(sheet).questions[0].labels["en"]
    made = read_sheet(sheet, card={"en": EN})
    assert made.questions[0].labels["en"] == EN
    assert made.version == f"7-{referral.digest({'en': EN})}"


def test_a_form_without_a_place_for_it_is_no_other_version(researcher, page):
    write(researcher, en=EN)
    made = read_sheet(ready_forms()["site_profile"], card={"en": EN})

    assert (made.version, made.referral) == (read_sheet(ready_forms()["site_profile"]).version, "")


def test_the_page_shows_the_words_of_today_where_the_form_stops(researcher, page):
    edition = actions.publish_edition(edition=added(page), by=researcher)
    write(researcher, en=EN)
    begun = {"edition": edition.pk, "page": "0", "go": "next", "/data/age": "under_18"}

    stopped = page("fill", edition.form_id, **begun)

    assert "Welfare office, phone 000 111<br>" in stopped.text
    assert "Welfare office" in page("filled", edition.form_id, query="?stopped").text
    assert "Welfare office" not in page("filled", edition.form_id).text
