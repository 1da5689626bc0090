"""The owner's own page: opened by a signed link, without a log-in, and by nothing else."""

import io
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from jukwaa.delivery import actions, links
from jukwaa.delivery.models import Commitment, Report
from jukwaa.record import blobs
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def commitment() -> Commitment:
    """A promise in a programme that the public does not see."""
    return make.commitment(promise="The pump stands")


@pytest.fixture
def link(commitment) -> str:
    return address_for(commitment)


def address_for(commitment: Commitment) -> str:
    token = links.sign(actions.give_link(commitment=commitment, by=None))
    return reverse("delivery:owner", args=[commitment.programme.slug, token])


def opens(address: str) -> bool:
    return Client().get(address).status_code == 200


def test_the_owner_presses_how_it_stands_and_writes_a_few_words(link, commitment):
    owner = Client()
    first = owner.get(link).content.decode()
    assert "The pump stands" in first
    assert first.count('name="status"') == 4
    assert "What was done?" in owner.get(link, {"status": "late"}).content.decode()

    said = {"status": "late", "text": "The pump is at the port.", "next_step": "Fetch it"}
    answer = owner.post(link, said)

    report = Report.objects.get()
    assert (report.commitment, report.status, report.by_owner) == (commitment, "late", True)
    assert answer["Location"] == f"{link}?kept=1"
    after = owner.get(answer["Location"]).content.decode()
    assert "It is kept." in after
    assert "The pump is at the port." in after


def test_a_press_without_words_says_what_is_missing_and_keeps_the_press(link):
    answer = Client().post(link, {"status": "done", "text": "", "evidence": "The receipt"})

    text = answer.content.decode()
    assert "The receipt" in text
    assert 'value="done"' in text
    assert not Report.objects.exists()


def test_a_promise_of_a_day_to_come_is_not_reported_on_yet_and_the_words_stay():
    to_come = make.commitment(made_on=timezone.localdate() + timedelta(days=2))

    answer = Client().post(address_for(to_come), {"status": "done", "text": "The pump is here."})

    text = answer.content.decode()
    assert answer.status_code == 200
    assert "A report comes after the promise was made." in text
    assert "The pump is here." in text


def test_a_status_that_no_button_says_asks_again(link):
    answer = Client().post(link, {"status": "nearly", "text": "Nearly."})

    assert "How does it stand?" in answer.content.decode()
    assert not Report.objects.exists()


def test_looking_at_the_link_changes_nothing(link):
    for address in (link, f"{link}?status=done", f"{link}?kept=1"):
        Client().get(address)

    assert not Report.objects.exists()


def test_pressing_twice_is_one_report(link):
    for _time in range(2):
        Client().post(link, {"status": "done", "text": "It stands."})

    assert Report.objects.count() == 1


def test_the_link_is_kept_in_no_cache_and_told_to_no_other_site(link):
    answer = Client().get(link)

    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"
    text = answer.content.decode()
    assert not [part for part in text.split('"') if urlsplit(part).netloc]
    # A shared phone's history says nothing of whose page it was.
    assert "<title>Jukwaa</title>" in text


def test_a_link_that_was_altered_opens_nothing(link):
    for place in (-3, -30, -60):
        letter = "A" if link[place] != "A" else "B"
        altered = link[:place] + letter + link[place + 1 :]
        answer = Client().post(altered, {"status": "done", "text": "It stands."})
        assert answer.status_code == 404
        assert "opens nothing" in answer.content.decode()
    assert not opens(reverse("delivery:owner", args=["x", "y"]))
    assert not Report.objects.exists()


def test_a_link_does_not_open_another_promise(link, commitment):
    other = make.commitment(commitment.row)
    token = link.rstrip("/").rpartition("/")[2]
    forged = token.replace(commitment.pk.hex, other.pk.hex)

    assert not opens(reverse("delivery:owner", args=[commitment.programme.slug, forged]))


def test_a_link_does_not_open_in_another_programme(link):
    token = link.rstrip("/").rpartition("/")[2]

    assert not opens(reverse("delivery:owner", args=[make.programme(public=True).slug, token]))


def test_a_link_lasts_ninety_days(link):
    with time_machine.travel(timezone.now() + links.LASTS - timedelta(hours=1)):
        assert opens(link)
    with time_machine.travel(timezone.now() + links.LASTS + timedelta(hours=1)):
        assert not opens(link)


def test_a_new_link_or_an_end_kills_the_one_before(link, commitment):
    newer = address_for(commitment)
    assert not opens(link)
    assert opens(newer)

    actions.end_link(commitment=commitment, by=None)
    assert not opens(newer)


def test_a_promise_that_was_taken_away_has_no_page(link, commitment):
    actions.remove_commitment(commitment=commitment, by=None)

    assert not opens(link)


def test_staff_give_the_link_after_being_told_what_it_opens_and_see_it_once(commitment):
    flo = make.client_of(make.member(commitment.programme))
    give = reverse("delivery:give_link", args=[commitment.programme.slug, commitment.pk])
    assert "for 90 days" in flo.get(give).content.decode()

    answer = flo.post(give)

    [address] = [word for word in answer.content.decode().split("<") if "/delivery/owner/" in word]
    path = urlsplit(address.rpartition(">")[2]).path
    assert opens(path)
    assert "no-store" in answer["Cache-Control"]
    assert "/delivery/owner/" not in flo.get(commitment.get_absolute_url()).content.decode()

    flo.post(reverse("delivery:end_link", args=[commitment.programme.slug, commitment.pk]))
    assert not opens(path)


def test_a_photo_is_rebuilt_and_waits_for_staff(link):
    exif = Image.Exif()
    exif[0x010F] = "SECRETCAMERA"
    out = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(out, "JPEG", exif=exif)
    assert b"SECRETCAMERA" in out.getvalue()

    photo = SimpleUploadedFile("me.jpg", out.getvalue(), "image/jpeg")
    Client().post(link, {"status": "done", "text": "See.", "photo": photo})

    report = Report.objects.get()
    assert b"SECRETCAMERA" not in blobs.read(report.photo)
    assert not report.photo_shown


def test_a_file_that_is_no_photo_is_refused_in_words_and_nothing_is_lost(link):
    photo = SimpleUploadedFile("me.jpg", b"<script>", "image/jpeg")
    answer = Client().post(link, {"status": "done", "text": "See the pump.", "photo": photo})

    text = answer.content.decode()
    assert "not a photo that can be read" in text
    assert "See the pump." in text
    assert not Report.objects.exists()
