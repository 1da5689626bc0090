"""Pictures and sounds of statements: what staff put there, and who hears and sees it."""

import io
import re
import shutil
import subprocess
import wave
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from jukwaa.dialogue import actions as dialogue
from jukwaa.dialogue.models import Spoken, Statement
from jukwaa.dialogue.phone import actions, queries, speech
from jukwaa.dialogue.phone.pictures import PICTURES
from jukwaa.field.media import Photo, Recording, Refused, read_recording
from jukwaa.programmes import actions as programmes
from jukwaa.record import blobs
from jukwaa.web.templatetags.look import ICONS
from tests import make

pytestmark = pytest.mark.django_db

OGG = Recording(b"OggS" + bytes(2000), "audio/ogg")
needs_ffmpeg = pytest.mark.skipif(not shutil.which("ffmpeg"), reason="needs ffmpeg: apt-get install ffmpeg")
needs_espeak = pytest.mark.skipif(
    not shutil.which("espeak-ng"), reason="needs espeak-ng: apt-get install espeak-ng"
)


@pytest.fixture
def ann():
    return make.participant(make.programme(languages="en sw"), language="en")


@pytest.fixture
def round_(ann):
    return make.round_(ann.programme, opened=True, statements=1)


@pytest.fixture
def statement(round_):
    return round_.statements.select_related("round").get()


@pytest.fixture
def flo(round_):
    return make.client_of(make.member(round_.programme))


def a_second_of_sound() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(16_000)
        sound.writeframes(b"\x00\x10" * 32_000)
    return out.getvalue()


def sound_of(row, language: str = "en") -> str:
    return reverse("dialogue:sound", args=[row.programme.slug, row.pk, language])


def card_of(phone, round_) -> str:
    return phone.get(reverse("dialogue:vote", args=[round_.programme.slug, round_.pk])).text


def test_every_picture_is_one_of_our_icons():
    assert set(PICTURES) <= set(ICONS)


def test_a_card_has_its_picture_and_loads_photo_and_sound_only_when_tapped(ann, round_, statement):
    actions.choose_picture(statement=statement, picture="water", by=None)
    actions.set_photo(statement=statement, photo=Photo(b"jpeg"), by=None)
    actions.keep_voice(of=statement, language="en", sound=OGG, by=None)

    card = card_of(make.phone_of(ann), round_)

    assert 'class="icon picture"' in card
    assert 'preload="none"' in card
    assert 'loading="lazy"' in card
    assert card.index("<details>") < card.index("<img ")


def test_a_machine_is_called_a_machine_and_a_person_goes_before_it(ann, round_, statement):
    phone = make.phone_of(ann)
    actions.keep_voice(of=statement, language="en", sound=OGG, made_by=Spoken.By.MACHINE, by=None)
    assert "read by a machine" in card_of(phone, round_)

    actions.keep_voice(of=statement, language="en", sound=Recording(b"OggSperson", "audio/ogg"), by=None)

    assert "read by a machine" not in card_of(phone, round_)
    assert phone.get(sound_of(statement)).content == b"OggSperson"


def test_a_card_offers_the_voice_of_its_words_and_of_languages_that_the_site_does_not_speak(
    ann, round_, statement
):
    for language in ("sw", "en", "suk"):
        actions.keep_voice(of=statement, language=language, sound=OGG, by=None)

    card = card_of(make.phone_of(ann), round_)

    assert re.findall(rf"sounds/{statement.pk}/(\w+)/", card) == ["en", "suk"]
    assert "Listen in another language" in card


def test_without_a_voice_in_the_language_of_the_words_all_others_are_offered(ann, round_, statement):
    for language in ("sw", "suk"):
        actions.keep_voice(of=statement, language=language, sound=OGG, by=None)

    card = card_of(make.phone_of(ann), round_)

    assert re.findall(rf"sounds/{statement.pk}/(\w+)/", card) == ["suk", "sw"]


def test_a_voice_taken_away_is_heard_no_more_and_can_be_recorded_anew(flo, ann, round_, statement):
    spoken = actions.keep_voice(of=statement, language="en", sound=OGG, by=None)
    page = reverse("dialogue:voice_of", args=[round_.programme.slug, statement.pk])

    flo.post(page, {"remove": spoken.pk})
    assert make.phone_of(ann).get(sound_of(statement)).status_code == 404

    actions.keep_voice(of=statement, language="en", sound=OGG, by=None)
    assert make.phone_of(ann).get(sound_of(statement)).status_code == 200


def test_the_public_hears_what_is_put_to_the_vote_only_once_it_sees_the_results(
    client, ann, round_, statement
):
    said = {name: getattr(ann.programme, name) for name in ("title", "country", "summary", "organiser")}
    programmes.change_programme(programme=ann.programme, languages="en sw", public=True, by=None, **said)
    actions.keep_voice(of=statement, language="en", sound=OGG, by=None)
    assert client.get(sound_of(statement)).status_code == 404

    dialogue.close_round(round=round_, by=None)

    assert client.get(sound_of(statement)).status_code == 200


def test_what_somebody_proposed_aloud_is_heard_by_them_and_by_moderators_alone(flo, ann, round_):
    said = actions.propose_aloud(round=round_, sound=OGG, by=ann)
    ben = make.phone_of(make.participant(ann.programme))
    observer = make.client_of(make.member(ann.programme, role="observer"))

    heard = {who: client.get(sound_of(said)).status_code for who, client in
             {"ann": make.phone_of(ann), "flo": flo, "ben": ben, "observer": observer}.items()}  # fmt: skip

    assert heard == {"ann": 200, "flo": 200, "ben": 404, "observer": 404}


def test_a_sound_is_given_in_parts_and_never_run(ann, statement):
    actions.keep_voice(of=statement, language="en", sound=OGG, by=None)

    answer = make.phone_of(ann).get(sound_of(statement), headers={"Range": "bytes=0-3"})

    assert (answer.status_code, answer.content) == (206, b"OggS")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_a_voice_goes_when_the_one_whose_words_it_says_is_forgotten(
    ann, round_, django_capture_on_commit_callbacks
):
    said = actions.propose_aloud(round=round_, sound=OGG, by=ann)
    sha256 = queries.spoken(said.pk)[0].sound

    with django_capture_on_commit_callbacks(execute=True):
        programmes.forget_participant(participant=ann, by=None)

    assert queries.spoken(said.pk) == []
    assert not blobs.path_of(sha256).exists()


def test_staff_choose_a_picture_and_a_photo(flo, round_, statement):
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    page = reverse("dialogue:picture", args=[round_.programme.slug, statement.pk])

    flo.post(page, {"picture": "water", "photo": SimpleUploadedFile("a.png", out.getvalue())})

    statement.refresh_from_db()
    assert statement.picture == "water"
    assert blobs.read(statement.photo).startswith(b"\xff\xd8")


def test_a_picture_that_there_is_not_and_a_photo_that_is_none_are_refused(flo, round_, statement):
    page = reverse("dialogue:picture", args=[round_.programme.slug, statement.pk])

    answer = flo.post(page, {"picture": "smiley", "photo": SimpleUploadedFile("a.png", b"GIF89a")})

    assert "not a photo that can be read" in answer.text
    statement.refresh_from_db()
    assert (statement.picture, statement.photo) == ("", "")
    with pytest.raises(ValueError, match="no such picture"):
        actions.choose_picture(statement=statement, picture="smiley", by=None)


# How phones record, and what ffmpeg is told to make the same. What Safari records in a page comes in pieces,
# with no index before them.
OF_A_PHONE = {
    "m4a": ["-c:a", "aac", "-f", "ipod"],
    "m4a in pieces": ["-c:a", "aac", "-movflags", "frag_keyframe+empty_moov+default_base_moof", "-f", "mp4"],
    "webm": ["-c:a", "libopus", "-f", "webm"],
    "aac": ["-c:a", "aac", "-f", "adts"],
    "wav": ["-f", "wav"],
}


def recorded(folder: Path, *as_: str) -> bytes:
    """A second of a tone as ffmpeg makes it, with a title in it where the kind has one."""
    made = folder / "made"
    tone = ["ffmpeg", "-loglevel", "error", "-f", "lavfi", "-i", "sine=d=1", "-metadata", "title=Nyarugusu"]
    subprocess.run([*tone, *as_, str(made)], check=True)
    return made.read_bytes()


def seconds_of(sound: bytes) -> float:
    """How long ffmpeg takes the sound to be, decoding all of it."""
    told = subprocess.run(
        ["ffmpeg", "-i", "pipe:0", "-f", "s16le", "-ac", "1", "-ar", "8000", "pipe:1"],
        input=sound,
        capture_output=True,
        check=True,
    )
    return len(told.stdout) / 16_000


@needs_ffmpeg
@pytest.mark.parametrize("kind", OF_A_PHONE)
def test_whatever_a_phone_records_is_given_out_as_mp3_without_what_it_wrote_into_it(
    ann, round_, tmp_path, kind
):
    came = recorded(tmp_path, *OF_A_PHONE[kind])
    page = reverse("dialogue:propose", args=[round_.programme.slug, round_.pk])
    phone = make.phone_of(ann)

    phone.post(page, {"text": "", "sound": SimpleUploadedFile("voice", came)})

    answer = phone.get(sound_of(Statement.objects.get(by_participant=True)))
    assert answer["Content-Type"] == "audio/mpeg"
    assert b"Nyarugusu" not in answer.content
    assert seconds_of(answer.content) == pytest.approx(1, abs=0.2)
    assert len(answer.content) < 6_000


@needs_ffmpeg
@pytest.mark.parametrize("kind", ["m4a", "m4a in pieces"])
def test_without_ffmpeg_an_iphones_recording_is_given_out_as_what_it_is(
    ann, round_, tmp_path, monkeypatch, kind
):
    came = recorded(tmp_path, *OF_A_PHONE[kind])
    monkeypatch.setenv("PATH", "")
    page = reverse("dialogue:propose", args=[round_.programme.slug, round_.pk])
    phone = make.phone_of(ann)

    phone.post(page, {"text": "", "sound": SimpleUploadedFile("voice", came, content_type="audio/mp4")})

    answer = phone.get(sound_of(Statement.objects.get(by_participant=True)), headers={"Range": "bytes=0-1"})
    assert (answer.status_code, answer["Content-Type"]) == (206, "audio/mp4"), (
        "Safari asks for two bytes first"
    )
    assert answer["Content-Range"] == f"bytes 0-1/{len(came)}"


@needs_ffmpeg
def test_a_recording_that_holds_no_sound_is_refused_in_a_sentence():
    with pytest.raises(Refused, match="cannot be played"):
        speech.clean(read_recording(b"RIFF\x00\x00\x00\x00WAVE" + bytes(200)))


@needs_espeak
def test_the_machine_reads_what_nobody_does_in_one_step_and_what_it_can(flo, round_, statement):
    dialogue.translate(row=statement, language="sw", text="Maji ni machafu.", made_by="Neema", by=None)
    dialogue.translate(row=statement, language="suk", text="Minzi gabubu.", made_by="Neema", by=None)
    actions.keep_voice(of=statement, language="sw", sound=OGG, by=None)
    page = reverse("dialogue:media", args=[round_.programme.slug, round_.pk])
    assert "Let the machine read the 2 that it can" in flo.get(page).text

    flo.post(page)

    made = {(row.object, row.language) for row in Spoken.objects.filter(made_by=Spoken.By.MACHINE)}
    assert made == {(statement.pk, "en"), (round_.pk, "en")}
    assert "Every sentence is read out" in flo.get(page).text


@needs_espeak
def test_words_that_look_like_an_option_are_read_out_as_words():
    assert speech.say("--version", "en").data != speech.say("-h", "en").data


def test_without_its_programs_the_site_says_so_and_keeps_recordings_as_they_come(flo, round_, monkeypatch):
    monkeypatch.setenv("PATH", "")
    speech.machine_languages.cache_clear()

    page = flo.get(reverse("dialogue:media", args=[round_.programme.slug, round_.pk])).text

    speech.machine_languages.cache_clear()
    assert "No machine that reads out is installed here" in page
    assert speech.clean(OGG) == OGG


# ---- proposing aloud -------------------------------------------------------------------------------------


@needs_ffmpeg
def test_a_proposal_by_voice_waits_without_words_until_a_moderator_writes_them(ann, round_):
    page = reverse("dialogue:propose", args=[round_.programme.slug, round_.pk])

    answer = make.phone_of(ann).post(
        page, {"text": "", "sound": SimpleUploadedFile("voice", a_second_of_sound())}, follow=True
    )

    said = Statement.objects.get(by_participant=True)
    assert (said.text, said.state, said.subject) == ("", Statement.State.PROPOSED, ann.pk)
    assert said.spoken_code in answer.text
    assert sound_of(said).rpartition("dialogue/")[2] in answer.text
    [spoken] = queries.spoken(said.pk)
    assert spoken.subject == ann.pk


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"text": ""}, "Write a sentence, or say it aloud."),
        ({"text": "x" * 5_000}, "at most 280 characters"),
        ({"text": "Water.", "sound": SimpleUploadedFile("voice", b"no sound at all")}, "not a recording"),
        (
            {"text": "Water.", "sound": SimpleUploadedFile("v", b"OggS" + bytes(16_000_001))},
            "larger than 16 MB",
        ),
    ],
    ids=["empty", "5,000 letters", "no sound", "too large"],
)
def test_a_proposal_that_does_not_fit_is_refused_in_a_sentence_and_nothing_is_lost(ann, round_, sent, told):
    page = reverse("dialogue:propose", args=[round_.programme.slug, round_.pk])

    answer = make.phone_of(ann).post(page, sent)

    assert told in answer.text
    assert sent["text"] in answer.text
    assert not Statement.objects.filter(by_participant=True).exists()


def test_what_was_said_aloud_is_heard_where_it_is_moderated_and_not_voted_on_without_words(flo, ann, round_):
    said = actions.propose_aloud(round=round_, sound=OGG, by=ann)
    slug = round_.programme.slug
    assert f"sounds/{said.pk}/" in flo.get(reverse("dialogue:moderation", args=[slug, round_.pk])).text

    answer = flo.post(reverse("dialogue:approve_statement", args=[slug, said.pk]), follow=True)

    assert "Listen, write the words down, then put it to the vote." in answer.text
    said.refresh_from_db()
    assert said.state == Statement.State.PROPOSED
