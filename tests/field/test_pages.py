"""The pages of the field room, through their addresses."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from jukwaa.field import media, models, queries
from jukwaa.programmes.models import Programme, Role
from tests import make
from tests.field.sounds import wav
from tests.field.test_media import photo_of, with_secrets

pytestmark = pytest.mark.django_db

OGG = b"OggS" + bytes(range(200))


def page(name: str, programme: Programme, *args: uuid.UUID) -> str:
    return reverse(f"field:{name}", args=[programme.slug, *args])


@pytest.fixture
def researcher():
    return make.member(role=Role.RESEARCHER, name="Rehema")


@pytest.fixture
def browser(researcher):
    return make.client_of(researcher)


def test_an_empty_list_offers_the_first_step(researcher, browser):
    shown = browser.get(page("testimonies", researcher.programme))

    assert page("add_testimony", researcher.programme) in shown.content.decode()


def test_a_testimony_is_taken_down_with_recording_photo_and_card(researcher, browser):
    ann = make.participant(researcher.programme)
    _card, minted = make.card(ann)

    answer = browser.post(
        page("add_testimony", researcher.programme),
        {
            "text": "Maji ni machafu.",
            "language": "sw",
            "card": minted.spaced,
            "audio": SimpleUploadedFile("a.exe", wav()),
            "photo": SimpleUploadedFile("b.png", with_secrets()),
        },
    )

    kept = models.Testimony.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, kept.get_absolute_url())
    assert (kept.voice, kept.collected_by, kept.audio_mime) == (ann, researcher, media.CLEAN)
    assert b"SECRET" not in b"".join(browser.get(page("photo", researcher.programme, kept.pk)))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"text": ""}, "Write down what they said"),
        ({"audio": SimpleUploadedFile("a.mp3", b"MZ not a recording")}, "not a recording that can be played"),
        ({"photo": SimpleUploadedFile("a.jpg", b"<svg/>")}, "not a photo that can be read"),
        ({"card": "1234"}, "not a card number"),
        ({"card": "0000000000000097"}, "not a card number"),
    ],
)
def test_what_does_not_fit_is_refused_by_name_and_nothing_is_lost(researcher, browser, wrong, said):
    given = {"text": "Some words to keep", "language": "sw"} | wrong

    shown = browser.post(page("add_testimony", researcher.programme), given)

    assert shown.status_code == 200
    assert said in shown.content.decode()
    assert given["text"] in shown.content.decode()
    assert not models.Testimony.objects.exists()


def test_the_page_of_a_testimony_shows_words_player_photo_and_quotes(researcher, browser):
    testimony = make.testimony(
        researcher.programme,
        text="Maji ni <b>machafu</b>.",
        audio=media.read_recording(OGG),
        photo=media.read_photo(photo_of()),
    )
    make.quote(testimony, text="machafu")

    shown = browser.get(testimony.get_absolute_url()).content.decode()

    assert "Maji ni &lt;b&gt;machafu&lt;/b&gt;." in shown
    assert "“machafu”" in shown
    assert page("recording", researcher.programme, testimony.pk) in shown
    assert page("photo", researcher.programme, testimony.pk) in shown


def test_a_recording_is_given_out_safely(researcher, browser):
    testimony = make.testimony(researcher.programme, audio=media.read_recording(OGG))

    answer = browser.get(page("recording", researcher.programme, testimony.pk))

    assert answer.content == OGG
    assert answer["Content-Type"] == "audio/ogg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Content-Disposition"] == f'attachment; filename="{testimony.trace_code}.ogg"'
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("asked", "status", "said", "part"),
    [
        ("bytes=0-9", 206, f"bytes 0-9/{len(OGG)}", OGG[:10]),
        ("bytes=10-", 206, f"bytes 10-{len(OGG) - 1}/{len(OGG)}", OGG[10:]),
        ("bytes=-5", 206, f"bytes {len(OGG) - 5}-{len(OGG) - 1}/{len(OGG)}", OGG[-5:]),
        ("bytes=200-9999", 206, f"bytes 200-{len(OGG) - 1}/{len(OGG)}", OGG[200:]),
        ("bytes=9999-", 416, f"bytes */{len(OGG)}", b""),
        ("bytes=9-2", 416, f"bytes */{len(OGG)}", b""),
        ("bytes=-0", 416, f"bytes */{len(OGG)}", b""),
        ("bytes=0-1,4-5", 200, None, OGG),
        ("lines=1-2", 200, None, OGG),
        ("bytes=x-y", 200, None, OGG),
    ],
)
def test_a_player_may_ask_for_a_part(researcher, browser, asked, status, said, part):
    testimony = make.testimony(researcher.programme, audio=media.read_recording(OGG))

    answer = browser.get(page("recording", researcher.programme, testimony.pk), headers={"Range": asked})

    assert (answer.status_code, answer.get("Content-Range"), answer.content) == (status, said, part)


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.COMMUNICATIONS, Role.OBSERVER])
@pytest.mark.parametrize("name", ["testimony", "recording", "photo"])
def test_only_those_who_may_listen_meet_a_raw_voice(researcher, role, name):
    testimony = make.testimony(
        researcher.programme, audio=media.read_recording(OGG), photo=media.read_photo(photo_of())
    )
    other = make.client_of(make.member(researcher.programme, role=role))
    otto = make.client_of(make.member())

    assert other.get(page(name, researcher.programme, testimony.pk)).status_code == 403
    assert otto.get(page(name, researcher.programme, testimony.pk)).status_code == 404


def test_a_file_that_is_not_there_is_a_page_not_found(researcher, browser):
    testimony = make.testimony(researcher.programme)

    assert browser.get(page("photo", researcher.programme, testimony.pk)).status_code == 404


def test_a_quote_is_taken_edited_and_removed(researcher, browser):
    testimony = make.testimony(researcher.programme)

    browser.post(page("take_quote", researcher.programme, testimony.pk), {"text": "dirty"})
    quote = models.Quote.objects.get()
    assert (quote.text, quote.worded_by) == ("dirty", researcher)

    browser.post(page("edit_quote", researcher.programme, quote.pk), {"text": "very dirty"})
    quote.refresh_from_db()
    assert (quote.text, quote.theme) == ("very dirty", None)

    asked = browser.get(page("remove_quote", researcher.programme, quote.pk))
    assert "very dirty" in asked.content.decode()
    browser.post(page("remove_quote", researcher.programme, quote.pk))
    assert not queries.quotes_of(testimony)


def test_a_theme_is_added_renamed_and_removed(researcher, browser):
    browser.post(page("themes", researcher.programme), {"title": "Water", "cycle": "C3"})
    theme = models.Theme.objects.get()
    twice = browser.post(page("themes", researcher.programme), {"title": "water"})
    assert "a theme of this name already" in twice.content.decode()

    browser.post(page("edit_theme", researcher.programme, theme.pk), {"title": "Mercury", "cycle": "C3"})
    assert models.Theme.objects.get().title == "Mercury"

    browser.post(page("remove_theme", researcher.programme, theme.pk))
    assert not queries.themes(researcher.programme)


def test_a_testimony_is_edited(researcher, browser):
    testimony = make.testimony(researcher.programme)

    browser.post(
        page("edit_testimony", researcher.programme, testimony.pk),
        {"text": "Other words", "language": "en", "given_on": "2026-03-01"},
    )

    testimony.refresh_from_db()
    assert (testimony.text, testimony.language, str(testimony.given_on)) == (
        "Other words",
        "en",
        "2026-03-01",
    )


def test_the_slip_bears_the_trace_code_and_nothing_of_who_or_where(researcher, browser):
    site = make.place(researcher.programme, name="Nyakasanda")
    testimony = make.testimony(researcher.programme, place=site)

    shown = browser.get(page("slip", researcher.programme, testimony.pk)).content.decode()

    code = testimony.trace_code
    assert f"{code[:4]} {code[4:8]} {code[8:]}" in shown
    assert "Nyakasanda" not in shown


def test_a_voice_is_forgotten_only_after_saying_what_goes(researcher, browser):
    testimony = make.testimony(researcher.programme, text="Words that go")

    asked = browser.get(page("forget", researcher.programme, testimony.pk)).content.decode()
    assert "cannot be undone" in asked
    assert models.Testimony.objects.get().text

    browser.post(page("forget", researcher.programme, testimony.pk))
    assert not models.Testimony.objects.get().text
    assert browser.get(testimony.get_absolute_url()).status_code == 404


def test_the_list_is_searched_and_paged(researcher, browser):
    for number in range(30):
        make.testimony(researcher.programme, text=f"Word{number:02d} about gold")
    first = browser.get(page("testimonies", researcher.programme), {"words": "gold"}).content.decode()
    assert "words=gold&amp;page=2" in first
    assert first.count("about gold") == 25

    second = browser.get(page("testimonies", researcher.programme), {"words": "gold", "page": 2})
    assert second.content.decode().count("about gold") == 5

    nothing = browser.get(page("testimonies", researcher.programme), {"words": "silver", "place": "no id"})
    assert "Nothing fits this search" in nothing.content.decode()
