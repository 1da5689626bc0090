"""The pages of the stories room."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from jukwaa.field.media import Photo
from jukwaa.programmes.models import Audience, Purpose, Role
from jukwaa.stories import actions
from jukwaa.stories.models import Publication, Story
from tests import make

pytestmark = pytest.mark.django_db

ANYBODY = Client()


def page(name, programme, **where):
    return reverse(f"stories:{name}", kwargs={"programme": programme.slug, **where})


@pytest.fixture
def writer(programme) -> Client:
    return make.client_of(make.member(programme, role=Role.COMMUNICATIONS))


@pytest.fixture
def told(outcome) -> Story:
    story = actions.write_story(outcome=outcome, title="The pump", text="It runs.", by=None)
    return actions.publish_story(story=story, audience=Audience.PUBLIC, by=None)


def a_photo() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "brown").save(out, "PNG")
    return SimpleUploadedFile("juma.png", out.getvalue())


def test_anybody_finds_what_is_told_and_given_out(programme, told):
    actions.add_publication(programme=programme, title="Memo", kind="memo", public=True, by=None)
    actions.add_publication(programme=programme, title="Draft memo", kind="memo", by=None)

    answer = ANYBODY.get(page("library", programme)).content.decode()

    assert "The pump" in answer
    assert "Memo" in answer
    assert "Draft memo" not in answer


def test_the_library_is_searched_by_words_kind_and_language(programme, told, outcome):
    actions.add_publication(
        programme=programme, title="Pumpu", kind="memo", language="sw", public=True, by=None
    )

    def found(**asked):
        items = ANYBODY.get(page("library", programme), asked).context["page"].object_list
        return [item.title for item in items]

    assert found(words="runs") == ["The pump"]
    assert found(kind="publication") == ["Pumpu"]
    assert found(language="sw") == ["Pumpu"]
    assert found(words="nothing of it") == []
    assert len(found(language="no such")) == 2


def test_a_long_library_has_pages(programme):
    for number in range(26):
        actions.add_publication(programme=programme, title=f"{number}", kind="memo", public=True, by=None)

    assert "Page 1 of 2" in ANYBODY.get(page("library", programme)).content.decode()
    assert len(ANYBODY.get(page("library", programme), {"page": 2}).context["page"].object_list) == 1


def test_a_story_inside_the_programme_is_read_by_its_people_and_by_nobody_else(programme, outcome):
    story = actions.write_story(outcome=outcome, title="Inside", text="Only us.", by=None)
    actions.publish_story(story=story, audience=Audience.PROGRAMME, by=None)
    address = page("story", programme, story=story.pk)

    assert ANYBODY.get(address).status_code == 404
    assert make.phone_of(make.participant(programme)).get(address).status_code == 200
    assert make.phone_of(make.participant()).get(address).status_code == 404


def test_a_draft_is_read_only_by_those_who_write(programme, outcome, writer):
    story = actions.write_story(outcome=outcome, title="Draft", text="Not yet.", by=None)
    address = page("story", programme, story=story.pk)

    assert writer.get(address).status_code == 200
    assert make.client_of(make.member(programme, role=Role.OBSERVER)).get(address).status_code == 404
    assert ANYBODY.get(address).status_code == 404


def test_a_story_is_written_with_a_teller_found_by_trace_code_and_a_photo(road, writer, programme):
    said = {
        "outcome": road.outcome.pk,
        "teller": road.testimony.trace_code,
        "title": "The pump",
        "text": "It runs.",
        "language": "en",
        "photo": a_photo(),
        "photo_shows": "A pump",
    }

    answer = writer.post(page("write", programme), said, follow=True)

    story = Story.objects.get()
    assert (story.teller, story.subject) == (road.voice, road.voice.pk)
    assert "Nobody sees it yet" in answer.content.decode()
    shown = writer.get(page("photo", programme, story=story.pk))
    assert shown["Content-Type"] == "image/jpeg"
    assert "no-store" in shown["Cache-Control"]


def test_a_teller_is_found_by_their_card_too(road, writer, programme):
    number = make.card(road.voice)[1].number
    said = {"outcome": road.outcome.pk, "teller": number, "title": "A", "text": "B", "language": "en"}

    writer.post(page("write", programme), said)

    assert Story.objects.get().teller == road.voice


@pytest.mark.parametrize(
    ("typed", "mend"), [("123", "Read it once more"), ("0000 0000 0098", "Nobody in this programme")]
)
def test_a_number_that_is_nobodys_is_refused_with_its_mend(road, writer, programme, typed, mend):
    said = {"outcome": road.outcome.pk, "teller": typed, "title": "A", "text": "B", "language": "en"}

    answer = writer.post(page("write", programme), said)

    assert answer.status_code == 200
    assert mend in answer.content.decode()
    assert not Story.objects.exists()


def test_telling_without_consent_is_refused_with_what_is_missing_and_how_to_ask(road, writer, programme):
    story = actions.write_story(outcome=road.outcome, title="A", text="B", teller=road.voice, by=None)

    answer = writer.post(page("tell", programme, story=story.pk), {"audience": Audience.PUBLIC})

    assert answer.status_code == 409
    text = answer.content.decode()
    assert "let my story be told" in text
    assert "everybody, on the web" in text
    assert "with their card at hand" in text


def test_a_story_is_told_and_taken_back(road, writer, programme):
    make.consent(road.voice, Purpose.STORY, Audience.PUBLIC)
    story = actions.write_story(outcome=road.outcome, title="A", text="B", teller=road.voice, by=None)
    address = page("story", programme, story=story.pk)

    writer.post(page("tell", programme, story=story.pk), {"audience": Audience.PUBLIC})
    assert ANYBODY.get(address).status_code == 200

    writer.post(page("take_back", programme, story=story.pk))
    assert ANYBODY.get(address).status_code == 404


def test_the_page_of_a_story_names_nobody(road, programme):
    make.consent(road.voice, Purpose.STORY, Audience.PUBLIC)
    story = actions.write_story(outcome=road.outcome, title="A", text="B", teller=road.voice, by=None)
    actions.publish_story(story=story, audience=Audience.PUBLIC, by=None)

    text = ANYBODY.get(page("story", programme, story=story.pk)).content.decode()

    assert str(road.voice.pk) not in text
    assert "Their name is not given." in text


def test_a_photo_is_gone_for_readers_as_soon_as_its_consent_ends(road, writer, programme):
    for purpose in (Purpose.STORY, Purpose.PHOTO):
        make.consent(road.voice, purpose, Audience.PUBLIC)
    story = actions.write_story(
        outcome=road.outcome, title="A", text="B", teller=road.voice, photo=Photo(b"jpeg"), by=None
    )
    actions.publish_story(story=story, audience=Audience.PUBLIC, by=None)
    address = page("photo", programme, story=story.pk)
    assert ANYBODY.get(address).content == b"jpeg"

    make.consent(road.voice, Purpose.PHOTO, Audience.PUBLIC, given=False)

    assert ANYBODY.get(address).status_code == 404
    assert "<img" not in ANYBODY.get(page("story", programme, story=story.pk)).content.decode()


def test_a_photo_is_added_to_a_told_story_only_with_consent(road, writer, programme):
    make.consent(road.voice, Purpose.STORY, Audience.PUBLIC)
    story = actions.write_story(outcome=road.outcome, title="A", text="B", teller=road.voice, by=None)
    actions.publish_story(story=story, audience=Audience.PUBLIC, by=None)
    said = {"title": "A", "text": "C", "language": "en", "photo": a_photo()}

    answer = writer.post(page("change", programme, story=story.pk), said)

    assert "let my photo be seen" in answer.content.decode()
    assert Story.objects.get().text == "B"


def test_a_story_is_changed_and_removed(told, writer, programme):
    where = {"story": told.pk}
    writer.post(page("change", programme, **where), {"title": "Pump", "text": "It runs.", "language": "sw"})
    assert "Pump" in writer.get(page("story", programme, **where)).content.decode()

    writer.post(page("remove", programme, **where))
    assert writer.get(page("story", programme, **where)).status_code == 404


def test_a_publication_is_added_changed_given_out_and_removed(programme, writer):
    said = {"title": "Memo", "kind": "memo", "language": "en", "published_on": "2026-01-02", "public": "on"}
    pdf = SimpleUploadedFile("juma's memo.exe", b"%PDF-1.7 words")

    writer.post(page("add_publication", programme), {**said, "file": pdf})

    where = {"publication": Publication.objects.get().pk}
    given = ANYBODY.get(page("file", programme, **where))
    assert given.content == b"%PDF-1.7 words"
    assert given["Content-Disposition"] == 'attachment; filename="memo.pdf"'
    assert given["Content-Type"] == "application/pdf"
    assert given["X-Content-Type-Options"] == "nosniff"
    assert given["Content-Security-Policy"].startswith("sandbox")

    writer.post(page("change_publication", programme, **where), {**said, "title": "Aide-memoire"})
    assert "memo.pdf" in ANYBODY.get(page("publication", programme, **where)).content.decode()

    writer.post(page("remove_publication", programme, **where))
    assert ANYBODY.get(page("publication", programme, **where)).status_code == 404


def test_a_file_that_could_run_is_refused_on_the_page(programme, writer):
    said = {"title": "Memo", "kind": "memo", "language": "en", "published_on": "2026-01-02"}
    page_ = SimpleUploadedFile("memo.pdf", b"<html><script>")

    answer = writer.post(page("add_publication", programme), {**said, "file": page_})

    assert "Save it as a PDF" in answer.content.decode()
    assert not Publication.objects.exists()


def test_a_publication_inside_the_programme_is_not_for_the_public(programme, writer):
    inside = actions.add_publication(programme=programme, title="Memo", kind="memo", data=b"%PDF-", by=None)

    for name in ("publication", "file"):
        address = page(name, programme, publication=inside.pk)
        assert ANYBODY.get(address).status_code == 404
        assert make.phone_of(make.participant(programme)).get(address).status_code == 200


def test_an_empty_library_says_what_will_be_here(programme, writer):
    assert "There are none yet" in ANYBODY.get(page("library", programme)).content.decode()
    assert "Write a story" in writer.get(page("library", programme)).content.decode()
