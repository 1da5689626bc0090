"""Stories are told only to whom their tellers consent, and publications only as what they are."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jukwaa import record
from jukwaa.field.media import Photo
from jukwaa.programmes import files
from jukwaa.programmes.models import Audience, Purpose
from jukwaa.record import blobs
from jukwaa.stories import actions, queries
from jukwaa.stories.models import Story
from tests import make

pytestmark = pytest.mark.django_db


def write(outcome, **others):
    said = {"title": "The pump", "text": "Now we wash with clean water.", "by": None}
    return actions.write_story(outcome=outcome, **{**said, **others})


@pytest.fixture
def photo() -> Photo:
    return Photo(b"a photo")


def test_a_story_that_was_only_written_is_told_to_nobody(outcome):
    write(outcome)

    assert not queries.told_to(Audience.PROGRAMME).exists()


def test_a_story_without_consent_is_refused_and_the_sentence_names_what_is_missing(outcome, teller):
    story = write(outcome, teller=teller)

    with pytest.raises(actions.NotConsented, match=r"let my story be told.*everybody, on the web") as refused:
        actions.publish_story(story=story, audience=Audience.PUBLIC, by=None)

    assert refused.value.missing == [Purpose.STORY]
    assert not queries.told_to(Audience.PROGRAMME).exists()


def test_consent_for_a_narrower_audience_does_not_reach_a_wider_one(outcome, teller):
    make.consent(teller, Purpose.STORY, Audience.REPORT)
    story = write(outcome, teller=teller)

    with pytest.raises(actions.NotConsented):
        actions.publish_story(story=story, audience=Audience.PUBLIC, by=None)
    actions.publish_story(story=story, audience=Audience.REPORT, by=None)

    assert queries.told_to(Audience.REPORT).get() == story
    assert not queries.public_stories().exists()


def test_a_photo_needs_a_consent_of_its_own(outcome, teller, photo):
    make.consent(teller, Purpose.STORY, Audience.PUBLIC)
    story = write(outcome, teller=teller, photo=photo)

    with pytest.raises(actions.NotConsented) as refused:
        actions.publish_story(story=story, audience=Audience.PUBLIC, by=None)

    assert refused.value.missing == [Purpose.PHOTO]


def test_a_photo_is_refused_where_nobody_can_consent_to_it(outcome, photo):
    with pytest.raises(actions.NoTeller):
        write(outcome, photo=photo)


def test_a_story_with_all_its_consents_is_told(outcome, teller, photo):
    make.consent(teller, Purpose.STORY, Audience.MEDIA)
    make.consent(teller, Purpose.PHOTO, Audience.PUBLIC)
    story = write(outcome, teller=teller, photo=photo)

    actions.publish_story(story=story, audience=Audience.PUBLIC, by=None)

    told = queries.public_stories().get()
    assert (told.pk, told.seen_photo) == (story.pk, story.photo)


def test_a_consent_that_ends_hides_the_story_at_once(outcome, teller):
    make.consent(teller, Purpose.STORY, Audience.PUBLIC)
    actions.publish_story(story=write(outcome, teller=teller), audience=Audience.PUBLIC, by=None)

    make.consent(teller, Purpose.STORY, Audience.PUBLIC, given=False)

    assert not queries.told_to(Audience.PROGRAMME).exists()


def test_a_consent_to_the_photo_that_ends_hides_the_photo_and_leaves_the_words(outcome, teller, photo):
    make.consent(teller, Purpose.STORY, Audience.PUBLIC)
    make.consent(teller, Purpose.PHOTO, Audience.PUBLIC)
    story = write(outcome, teller=teller, photo=photo)
    actions.publish_story(story=story, audience=Audience.PUBLIC, by=None)

    make.consent(teller, Purpose.PHOTO, Audience.PUBLIC, given=False)

    assert queries.public_stories().get().seen_photo == ""


def test_a_consent_that_narrows_leaves_the_story_with_the_narrower_audience(outcome, teller):
    make.consent(teller, Purpose.STORY, Audience.PUBLIC)
    actions.publish_story(story=write(outcome, teller=teller), audience=Audience.PUBLIC, by=None)

    make.consent(teller, Purpose.STORY, Audience.PROGRAMME)

    assert not queries.public_stories().exists()
    assert queries.told_to(Audience.PROGRAMME).exists()


def test_a_teller_who_is_forgotten_takes_the_story_along(outcome, teller):
    make.consent(teller, Purpose.STORY, Audience.PUBLIC)
    story = actions.publish_story(story=write(outcome, teller=teller), audience=Audience.PUBLIC, by=None)

    record.withdraw(teller.pk, by=None, programme=outcome.programme)

    story.refresh_from_db()
    assert (story.title, story.text, story.photo) == ("", "", "")
    assert not queries.told_to(Audience.PROGRAMME).exists()


def test_a_story_without_a_teller_tells_only_what_is_public(outcome, commitment):
    hidden = record.put("agenda.row_changed", commitment.row, public=False, by=None)
    kept_inside = outcome
    assert not hidden.public

    with pytest.raises(actions.NotPublic):
        actions.publish_story(story=write(kept_inside), audience=Audience.PUBLIC, by=None)
    actions.publish_story(story=write(kept_inside), audience=Audience.PROGRAMME, by=None)


def test_a_story_taken_back_is_told_to_nobody_and_can_be_told_again(outcome):
    story = actions.publish_story(story=write(outcome), audience=Audience.PUBLIC, by=None)

    actions.unpublish_story(story=story, by=None)

    assert not queries.told_to(Audience.PROGRAMME).exists()
    actions.publish_story(story=story, audience=Audience.PUBLIC, by=None)
    assert queries.public_stories().exists()


def test_a_told_story_gets_no_new_photo_without_consent(outcome, teller, photo):
    make.consent(teller, Purpose.STORY, Audience.PUBLIC)
    story = actions.publish_story(story=write(outcome, teller=teller), audience=Audience.PUBLIC, by=None)

    with pytest.raises(actions.NotConsented):
        actions.change_story(story=story, title="x", text="y", language="en", photo=photo, by=None)

    assert Story.objects.get().photo == ""


def test_stories_of_a_programme_that_is_not_public_are_on_no_list_of_all(outcome):
    record.put("programmes.programme_changed", outcome.programme, public=False, by=None)

    actions.publish_story(story=write(outcome), audience=Audience.PUBLIC, by=None)

    assert not queries.public_stories().exists()
    assert queries.public_stories(outcome.programme).exists()


def test_a_story_can_wait_for_its_day(outcome):
    tomorrow = timezone.localdate() + timedelta(days=1)
    actions.publish_story(story=write(outcome), audience=Audience.PUBLIC, on=tomorrow, by=None)

    assert not queries.public_stories().exists()


def test_stories_whose_consent_ended_are_taken_back_for_good(outcome, teller):
    make.consent(teller, Purpose.STORY, Audience.PUBLIC)
    story = actions.publish_story(story=write(outcome, teller=teller), audience=Audience.PUBLIC, by=None)
    make.consent(teller, Purpose.STORY, Audience.PUBLIC, given=False)

    assert actions.unpublish_without_consent(teller=teller.pk) == 1
    assert actions.unpublish_without_consent(teller=teller.pk) == 0

    make.consent(teller, Purpose.STORY, Audience.PUBLIC)
    story.refresh_from_db()
    assert story.published_on is None


def test_search_finds_stories_by_all_their_words(outcome):
    actions.publish_story(story=write(outcome), audience=Audience.PUBLIC, by=None)

    assert queries.stories_with("PUMP water", queries.public_stories()).exists()
    assert not queries.stories_with("pump gold", queries.public_stories()).exists()


def test_outcomes_without_a_story_are_named(outcome):
    assert queries.outcomes_untold(outcome.programme).get() == outcome

    write(outcome)

    assert not queries.outcomes_untold(outcome.programme).exists()


@pytest.mark.parametrize(
    ("data", "ending"),
    [
        (b"%PDF-1.7 ...", "pdf"),
        (b"\x89PNG\r\n\x1a\n...", "png"),
        (b"\x00\x00\x00\x18ftypmp42", "mp4"),
        (b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.text", "odt"),
    ],
)
def test_a_file_is_known_by_its_bytes(programme, data, ending):
    added = actions.add_publication(
        programme=programme, title="Kumbukumbu ya Geita!", kind="memo", data=data, by=None
    )

    assert added.file_name == f"kumbukumbu-ya-geita.{ending}"
    assert blobs.read(added.file) == data


@pytest.mark.parametrize("data", [b"<html>", b"<svg onload=alert(1)>", b"MZ\x90", b"PK\x03\x04macro", b"%!"])
def test_a_file_that_could_run_is_refused(programme, data):
    with pytest.raises(files.Refused, match="PDF"):
        actions.add_publication(programme=programme, title="A", kind="memo", data=data, by=None)


def test_a_file_beyond_the_limit_is_refused(programme, monkeypatch):
    monkeypatch.setattr(files, "LARGEST", 10)

    with pytest.raises(files.Refused, match="MB"):
        files.kind_of(b"%PDF-1.7 and more")


def test_only_public_publications_are_on_the_public_list(programme):
    for public in (True, False):
        actions.add_publication(programme=programme, title=f"{public}", kind="memo", public=public, by=None)

    assert [p.title for p in queries.publications(programme)] == ["True"]
    assert queries.publications(programme, public=False).count() == 2


def test_a_publication_that_was_changed_keeps_its_file_and_one_that_was_removed_is_gone(programme):
    added = actions.add_publication(
        programme=programme, title="Memo", kind="memo", data=b"%PDF-1", public=True, by=None
    )
    changed = actions.change_publication(
        publication=added,
        title="Aide-memoire",
        kind="memo",
        summary="Two pages",
        language="sw",
        published_on=added.published_on,
        public=True,
        by=None,
    )
    assert changed.file

    actions.remove_publication(publication=changed, by=None)

    assert not queries.publications(programme, public=False).exists()
