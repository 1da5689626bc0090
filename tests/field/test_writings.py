"""Written down beside the recording, translated beside the original, read by a second person."""

import pytest
from django.urls import reverse

from jukwaa.field import actions as field
from jukwaa.field import media
from jukwaa.field import queries as room
from jukwaa.field.coding import actions as coding
from jukwaa.field.models import Quote, Testimony, Writing
from jukwaa.field.voices import actions, queries, times
from jukwaa.programmes.models import Purpose, Role
from tests import make

pytestmark = pytest.mark.django_db

OGG = b"OggS" + bytes(range(200))
HEARD = "0:00 Maji ni machafu.\n0:04 Tunayanywa."
READ = times.read(HEARD)


@pytest.fixture
def asha():
    return make.member(role=Role.RESEARCHER, name="Asha")


@pytest.fixture
def juma(asha):
    return make.member(asha.programme, role=Role.RESEARCHER, name="Juma")


@pytest.fixture
def testimony(asha):
    return make.testimony(asha.programme, text="", audio=media.read_recording(OGG), language="sw")


def page(name, row, *args):
    return reverse(f"field:{name}", args=[row.programme.slug, *args])


def translated(testimony, by, *, words=("The water is dirty.", "We drink it."), **others) -> Writing:
    parts = [
        times.Segment(start=part["start"], end=part["end"], words=said)
        for part, said in zip(READ, words, strict=True)
    ]
    return actions.translate_testimony(testimony=testimony, segments=parts, language="en", by=by, **others)


# ---- times -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "at"), [("7", 7), ("1:05", 65), ("1:00:05.5", 3605.5), ("75:00", 4500), ("0:03,5", 3.5)]
)
def test_a_time_is_minutes_and_seconds(said, at):
    assert times.seconds(said) == at
    assert times.seconds(times.clock(at)) == at


@pytest.mark.parametrize("said", ["", "x", "1:60", "-1:00", "1:2:3:4", "1:5"])
def test_what_is_no_time_is_refused(said):
    with pytest.raises(ValueError, match="1:05"):
        times.seconds(said)


def test_a_part_ends_where_the_next_begins_unless_its_line_says_when():
    parts = times.read("Before.\n0:04-0:06 One.\nand on\n[0:10] Two.\n0:12\n")

    assert [(part["start"], part["end"], part["words"]) for part in parts] == [
        (None, None, "Before."),
        (4, 6, "One.\nand on"),
        (10, 12, "Two."),
        (12, None, ""),
    ]


@pytest.mark.parametrize("text", ["", HEARD, "Before.\n0:04-0:06 One.\nand on\n0:10 Two.", "1:00:00 Long."])
def test_what_was_typed_can_be_typed_on(text):
    assert times.typed(times.read(text)) == text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("0:05 A\n0:05 B", "Line 2 begins at 0:05"),
        ("0:05-0:05 A", "Line 1 ends"),
        ("0:05", "Nothing is written down yet"),
    ],
)
def test_times_that_do_not_follow_one_another_are_refused_by_line(testimony, asha, text, why):
    shown = make.client_of(asha).post(page("transcribe", testimony, testimony.pk), {"text": text})

    assert why in shown.content.decode()
    assert text.splitlines()[-1] in shown.content.decode(), "nothing typed is lost"
    assert not Writing.objects.exists()


# ---- written down ----------------------------------------------------------------------------------------


def test_what_is_written_down_becomes_the_testimonys_words_with_a_way_to_each_time(testimony, asha):
    browser = make.client_of(asha)

    browser.post(page("transcribe", testimony, testimony.pk), {"text": HEARD})

    shown = browser.get(testimony.get_absolute_url()).content.decode()
    assert Testimony.objects.get().text == "Maji ni machafu.\nTunayanywa."
    assert 'href="?at=4.0#player"' in shown
    assert "Written down by Asha." in shown


def test_a_tap_on_a_time_starts_the_player_there_without_a_script(testimony, asha):
    actions.write_down(testimony=testimony, segments=READ, by=asha)

    shown = make.client_of(asha).get(f"{testimony.get_absolute_url()}?at=4.0").content.decode()

    assert f'{page("recording", testimony, testimony.pk)}#t=4.0"' in shown


@pytest.mark.parametrize("at", ["x", "nan", "-1", "1e99"])
def test_a_time_that_makes_no_sense_starts_the_player_at_the_beginning(testimony, asha, at):
    shown = make.client_of(asha).get(f"{testimony.get_absolute_url()}?at={at}")

    assert shown.status_code == 200
    assert "#t=" not in shown.content.decode()


def test_every_version_is_kept_with_who_wrote_it(asha, juma):
    testimony = make.testimony(asha.programme, text="As taken down.", audio=media.read_recording(OGG))

    actions.write_down(testimony=testimony, segments=READ, by=asha)
    field.change_testimony(
        testimony=testimony, text="Edited.", language="sw", place=None, given_on=None, by=juma
    )

    kept = [(each.text, str(each.written_by or "")) for each in room.writings(testimony)]
    assert kept == [("Edited.", "Juma"), ("Maji ni machafu.\nTunayanywa.", "Asha"), ("As taken down.", "")]
    assert Testimony.objects.get().text == "Edited."


def test_what_is_kept_twice_is_one_version(testimony, asha, juma):
    for by in (asha, asha, juma):
        actions.write_down(testimony=testimony, segments=READ, by=by)
        translated(testimony, by)

    assert [str(each.written_by) for each in room.writings(testimony)] == ["Asha", "Asha"]


def test_changing_the_place_alone_makes_no_version(testimony, asha):
    field.change_testimony(testimony=testimony, text="", language="fr", place=None, given_on=None, by=asha)

    assert not Writing.objects.exists()


def test_what_a_machine_heard_is_nobodys_words_until_somebody_else_has_read_it(testimony, asha, juma):
    draft = actions.write_down(testimony=testimony, segments=READ, machine="whisper", by=asha)
    assert Testimony.objects.get().text == ""
    assert (
        "A machine’s draft (whisper)"
        in make.client_of(juma).get(testimony.get_absolute_url()).content.decode()
    )

    make.client_of(juma).post(page("review_writing", draft, draft.pk))

    assert Testimony.objects.get().text == "Maji ni machafu.\nTunayanywa."


def test_versions_go_with_the_voice(testimony, asha):
    actions.write_down(testimony=testimony, segments=READ, by=asha)
    translated(testimony, asha)

    field.withdraw_testimony(testimony=testimony, by=None)

    assert {(each.text, str(each.segments)) for each in Writing.objects.all()} == {("", "[]")}


# ---- translated ------------------------------------------------------------------------------------------


def test_a_translation_is_written_beside_each_part_and_keeps_its_time(testimony, asha):
    actions.write_down(testimony=testimony, segments=READ, by=asha)
    said = {"language": "en", "part0": "The water is dirty.", "part1": "We drink it."}

    make.client_of(asha).post(page("translate", testimony, testimony.pk), said)

    [written] = queries.translations(testimony)
    assert [(part["start"], part["words"]) for part in written.segments] == [
        (0, "The water is dirty."),
        (4, "We drink it."),
    ]
    assert (written.source, written.written_by) == (queries.transcript(testimony).pk, asha)


def test_whoever_wrote_a_translation_cannot_review_it(testimony, asha, juma):
    written = translated(testimony, asha)
    browser = make.client_of(asha)

    browser.post(page("review_writing", written, written.pk))

    written.refresh_from_db()
    assert written.reviewed_by is None
    assert "I have read it" not in browser.get(page("writing", written, written.pk)).content.decode()
    assert list(queries.to_review(asha.programme, juma)) == [written]
    assert not queries.to_review(asha.programme, asha)


@pytest.mark.parametrize("machine", ["", "a program"], ids=["a person's", "a machine's"])
def test_no_word_of_a_translation_is_quoted_before_a_second_person_has_read_it(
    testimony, asha, juma, machine
):
    written = translated(testimony, asha, machine=machine)

    with pytest.raises(ValueError, match="reviewed"):
        field.take_quote(testimony=testimony, text="We drink it.", writing=written, by=asha)

    actions.review_writing(writing=written, by=juma)
    taken = field.take_quote(testimony=testimony, text="We drink it.", writing=written, by=asha)
    assert (taken.language, taken.writing) == ("en", written)


def test_a_quote_of_a_draft_that_another_node_let_through_does_not_leave_the_room(asha, juma):
    voice = make.participant(asha.programme)
    make.consent(voice, Purpose.QUOTE)
    testimony = make.testimony(asha.programme, voice=voice, language="sw")
    written = translated(testimony, asha, machine="a program")
    quote = Quote(
        programme=asha.programme,
        subject=testimony.subject,
        testimony=testimony,
        text="We drink it.",
        language="en",
        writing=written,
    )
    field.record.fact("field.quote_taken", quote, by=asha)
    coding.check_quote(quote=quote, by=juma)
    assert not room.quotes_to_use(asha.programme)

    actions.review_writing(writing=written, by=juma)

    assert list(room.quotes_to_use(asha.programme)) == [quote]


def test_a_testimony_is_not_translated_into_its_own_language(testimony, asha):
    with pytest.raises(ValueError, match="language in which it was said"):
        actions.translate_testimony(testimony=testimony, segments=READ, language="sw", by=asha)


def test_without_words_there_is_nothing_to_translate_yet(testimony, asha):
    answer = make.client_of(asha).get(page("translate", testimony, testimony.pk))

    assert answer["Location"] == page("transcribe", testimony, testimony.pk)


# ---- quoted ----------------------------------------------------------------------------------------------


def test_a_quote_of_a_part_begins_with_its_words_and_its_times(testimony, asha):
    actions.write_down(testimony=testimony, segments=READ, by=asha)
    browser = make.client_of(asha)
    address = f"{page('take_quote', testimony, testimony.pk)}?part=0"

    shown = browser.get(address).content.decode()
    browser.post(address, {"text": "Maji ni machafu.", "start": "0:00", "end": "0:04"})

    assert 'value="0:00"' in shown
    assert 'value="0:04"' in shown
    taken = Quote.objects.get()
    assert (taken.text, taken.start, taken.end) == ("Maji ni machafu.", 0, 4)


@pytest.mark.parametrize(
    ("start", "end", "why"),
    [("0:09", "", "a later end"), ("0:09", "0:08", "a later end"), ("soon", "0:08", "minutes and seconds")],
)
def test_a_stretch_that_makes_no_sense_is_refused(testimony, asha, start, end, why):
    said = {"text": "Maji.", "start": start, "end": end}

    shown = make.client_of(asha).post(page("take_quote", testimony, testimony.pk), said).content.decode()

    assert why in shown
    assert not Quote.objects.exists()


# ---- found -----------------------------------------------------------------------------------------------


def test_testimonies_are_found_by_gender_by_days_and_by_words_of_their_translation(asha):
    hers = make.testimony(
        asha.programme, voice=make.participant(asha.programme, gender="woman"), given_on="2026-03-05"
    )
    his = make.testimony(
        asha.programme,
        voice=make.participant(asha.programme, gender="man"),
        given_on="2026-03-09",
        language="sw",
    )
    translated(his, asha, words=("Filthy.", "Water."))
    browser = make.client_of(asha)

    def found(query: str) -> list[str]:
        return [str(t.pk) for t in browser.get(f"{page('testimonies', asha)}?{query}").context["page"]]

    assert found("gender=woman") == [str(hers.pk)]
    assert found("since=2026-03-06") == found("words=filthy") == [str(his.pk)]
    assert found("until=2026-03-05") == [str(hers.pk)]
    assert found("since=2026-03-05&until=2026-03-09") == [str(his.pk), str(hers.pk)]
    assert found("gender=man&until=2026-03-05") == []


def test_a_search_says_in_words_what_was_asked_for(asha):
    make.testimony(asha.programme, voice=make.participant(asha.programme, gender="woman"), language="sw")

    shown = make.client_of(asha).get(f"{page('testimonies', asha)}?gender=woman&language=sw").content.decode()

    assert "Gender: woman" in shown
    assert "Language: Kiswahili" in shown
