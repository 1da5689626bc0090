"""What people say in the field: kept, quoted, forgotten."""

import pytest

from jukwaa.field import actions, media, models, queries
from jukwaa.programmes import cards
from jukwaa.programmes.models import Audience, Purpose
from jukwaa.record import blobs
from tests import make
from tests.field.test_media import photo_of

pytestmark = pytest.mark.django_db

WAV = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(32)


def test_a_testimony_gets_a_trace_code_that_can_be_read_aloud():
    testimony = make.testimony()

    assert cards.is_sound(testimony.trace_code)
    assert len(testimony.trace_code) == 12


def test_a_testimony_belongs_to_the_participant_who_spoke():
    ann = make.participant()

    testimony = make.testimony(ann.programme, voice=ann)

    assert testimony.subject == ann.pk


def test_a_voice_without_a_card_has_an_id_of_its_own():
    programme = make.programme()

    one, other = make.testimony(programme), make.testimony(programme)

    assert one.subject not in {None, other.subject}


def test_a_testimony_without_words_and_without_a_recording_is_refused():
    with pytest.raises(ValueError, match="words or a recording"):
        make.testimony(text="  ")


def test_a_recording_needs_no_words():
    testimony = make.testimony(text="", audio=media.read_recording(WAV))

    assert blobs.read(testimony.audio) == WAV
    assert testimony.audio_mime == "audio/wav"


def test_a_quote_keeps_its_voice_and_its_language():
    testimony = make.testimony(language="sw")

    quote = make.quote(testimony, text=" Maji ni machafu. ")

    assert (quote.subject, quote.language, quote.text) == (testimony.subject, "sw", "Maji ni machafu.")


def test_a_quote_can_be_worded_anew_and_removed():
    testimony = make.testimony()
    quote = make.quote(testimony)

    actions.change_quote(quote=quote, text="Dirty water.", by=None)
    assert [q.text for q in queries.quotes_of(testimony)] == ["Dirty water."]

    actions.remove_quote(quote=quote, by=None)
    assert not queries.quotes_of(testimony)


def test_a_quote_without_words_is_refused():
    with pytest.raises(ValueError, match="needs words"):
        make.quote(text=" ")


def test_a_forgotten_voice_leaves_no_word_no_recording_and_no_photo():
    programme = make.programme()
    photo = media.read_photo(photo_of())
    testimony = make.testimony(programme, audio=media.read_recording(WAV), photo=photo)
    quote = make.quote(testimony)

    actions.withdraw_testimony(testimony=testimony, by=None)

    assert models.Testimony.objects.get().text == models.Quote.objects.get(pk=quote.pk).text == ""
    assert models.Testimony.objects.get().trace_code == testimony.trace_code
    assert not queries.find_testimonies(programme)


def test_the_files_of_a_forgotten_voice_are_deleted(django_capture_on_commit_callbacks):
    testimony = make.testimony(audio=media.read_recording(WAV), photo=media.read_photo(photo_of()))
    paths = [blobs.path_of(testimony.audio), blobs.path_of(testimony.photo)]

    with django_capture_on_commit_callbacks(execute=True):
        actions.withdraw_testimony(testimony=testimony, by=None)

    assert not any(path.exists() for path in paths)


def test_forgetting_a_voice_with_a_card_ends_the_card():
    ann = make.participant()
    card, _minted = make.card(ann)
    testimony = make.testimony(ann.programme, voice=ann)

    actions.withdraw_testimony(testimony=testimony, by=None)

    assert type(card).objects.get(pk=card.pk).state == card.State.REVOKED


def test_words_are_found_in_testimonies_in_quotes_and_by_trace_code():
    programme = make.programme()
    one, other = (
        make.testimony(programme, text="Mercury burns."),
        make.testimony(programme, text="A pit fell."),
    )
    make.quote(other, text="Two men died")

    def found(words: str) -> list[models.Testimony]:
        return list(queries.find_testimonies(programme, words=words))

    assert found("mercury") == [one]
    assert found("two men") == [other]
    assert found(cards.spaced(one.trace_code)) == [one]
    assert found("gold") == []


def test_a_search_by_place_looks_into_its_parts():
    programme = make.programme()
    district = make.place(programme, name="Geita", level="district")
    site = make.place(programme, name="Nyakasanda", parent=district)
    there = make.testimony(programme, place=site)
    make.testimony(programme)

    assert list(queries.find_testimonies(programme, place=district)) == [there]


def test_a_search_by_group_theme_and_language():
    programme = make.programme()
    women, water = make.constituency(programme), make.theme(programme)
    ann = make.participant(programme, constituency=women)
    hers = make.testimony(programme, voice=ann, language="suk")
    make.quote(hers, theme=water)
    make.testimony(programme, language="en")

    assert list(queries.find_testimonies(programme, constituency=women)) == [hers]
    assert list(queries.find_testimonies(programme, theme=water)) == [hers]
    assert list(queries.find_testimonies(programme, language="suk")) == [hers]


def test_a_testimony_of_another_programme_is_not_found():
    make.testimony()

    assert not queries.find_testimonies(make.programme())


def test_a_quote_is_public_only_if_its_voice_said_so():
    ann = make.participant()
    quote = make.quote(make.testimony(ann.programme, voice=ann))
    assert not queries.may_be_quoted(quote)

    make.consent(ann, Purpose.QUOTE, Audience.REPORT)
    assert not queries.may_be_quoted(quote)

    make.consent(ann, Purpose.QUOTE, Audience.PUBLIC)
    assert queries.may_be_quoted(quote)


def test_a_voice_without_a_card_is_never_quoted_in_public():
    assert not queries.may_be_quoted(make.quote())


def test_a_theme_counts_the_quotes_that_are_coded_to_it():
    programme = make.programme()
    water = make.theme(programme)
    quote = make.quote(make.testimony(programme), theme=water)
    make.quote(make.testimony(programme))
    assert [(t.title, t.taken) for t in queries.themes(programme)] == [("Water", 1)]

    actions.remove_quote(quote=quote, by=None)
    assert [t.taken for t in queries.themes(programme)] == [0]

    actions.remove_theme(theme=water, by=None)
    assert not queries.themes(programme)
