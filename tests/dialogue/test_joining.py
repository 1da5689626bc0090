"""How phones join over the laptop's Wi-Fi, and what is said when they cannot."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from jukwaa.dialogue.door import addresses, phones
from jukwaa.dialogue.models import Gathering
from jukwaa.record.models import Event
from jukwaa.web import server
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall() -> Gathering:
    return make.gathering()


@pytest.fixture
def desk(hall: Gathering) -> Client:
    return make.client_of(make.member(hall.programme))


@pytest.fixture(autouse=True)
def nobody_seen() -> Iterator[None]:
    phones._seen.clear()
    yield
    phones._seen.clear()


def address(hall: Gathering, name: str = "joining") -> str:
    return reverse(f"dialogue:{name}", args=[hall.programme.slug, hall.pk])


@pytest.fixture
def two_networks(monkeypatch) -> list[str]:
    """The laptop is on the hall's Wi-Fi and on a cable, and answers on both."""
    numbers = ["192.168.1.7", "10.0.0.3"]
    monkeypatch.setattr(addresses, "of_this_machine", lambda: numbers)
    monkeypatch.setattr(addresses, "answers", lambda _host, _port: True)
    return numbers


def test_the_page_tells_a_short_address_for_each_network(hall, desk, two_networks):
    page = desk.get(address(hall), HTTP_HOST="127.0.0.1:8000").content.decode()

    assert all(f"{number}:8000/j" in page for number in two_networks)
    assert page.count("<svg") >= 2
    assert "This laptop is on several networks." in page


def test_the_short_address_asks_for_a_card(client):
    assert 'name="number"' in client.get("/j").content.decode()


def test_a_site_that_answers_this_laptop_alone_says_how_to_let_phones_in(
    hall, desk, two_networks, monkeypatch
):
    monkeypatch.setattr(addresses, "answers", lambda _host, _port: False)

    page = desk.get(address(hall), HTTP_HOST="127.0.0.1:8000").content.decode()

    assert "No phone can reach this laptop yet" in page
    assert "jukwaa serve --host 0.0.0.0 --port 8000" in page


def test_without_a_network_the_page_says_so(hall, desk, monkeypatch):
    monkeypatch.setattr(addresses, "of_this_machine", list)

    assert "This laptop is on no network." in desk.get(address(hall), HTTP_HOST="localhost").content.decode()


def test_a_served_site_gives_its_own_name(hall, desk, settings):
    settings.ALLOWED_HOSTS = ["jukwaa.example.org"]

    page = desk.get(address(hall), HTTP_HOST="jukwaa.example.org").content.decode()

    assert "jukwaa.example.org/j" in page


def test_the_wifi_stands_in_this_browser_and_not_in_the_record(hall, desk, two_networks):
    other = make.client_of(make.member(hall.programme))
    before = Event.objects.count()

    desk.post(address(hall), {"network": "Hall; 2", "password": 'a"b'})
    page = desk.get(address(hall)).content.decode()
    others = other.get(address(hall)).content.decode()

    assert "joins “Hall; 2” with it" in page
    assert "Hall; 2" not in others
    assert Event.objects.count() == before


def test_the_wall_says_it_in_large_print(hall, desk, two_networks):
    desk.post(address(hall), {"network": "Hall", "password": "maji safi"})

    page = desk.get(address(hall, "join_sheet"), HTTP_HOST="127.0.0.1:8000").content.decode()

    assert "maji safi" in page
    assert "192.168.1.7:8000/j" in page
    assert "the number on your card" in page


@pytest.mark.parametrize(
    ("network", "password", "code"),
    [
        ("Hall", "maji", "WIFI:T:WPA;S:Hall;P:maji;;"),
        ("Hall", "", "WIFI:T:nopass;S:Hall;;"),
        ('A;B,C:"D\\', "x;y", 'WIFI:T:WPA;S:A\\;B\\,C\\:\\"D\\\\;P:x\\;y;;'),
    ],
)
def test_a_wifi_code_escapes_what_phones_take_for_its_grammar(network, password, code):
    assert addresses.wifi_code(network, password) == code


def test_phones_are_counted_once_and_the_laptop_is_not(client, hall, desk):
    for number in ("192.168.1.20", "192.168.1.20", "192.168.1.21", "127.0.0.1"):
        client.get("/join/", REMOTE_ADDR=number)

    assert "2 phones were seen in the last 5 minutes." in desk.get(address(hall)).content.decode()


def test_who_was_seen_is_not_kept_and_is_forgotten_after_minutes():
    phones.note("192.168.1.20", at=0.0)
    kept = repr(phones._seen)

    assert "192.168" not in kept
    assert phones.seen(at=phones.MINUTES * 60.0) == 1
    assert phones.seen(at=phones.MINUTES * 60.0 + 1) == 0


def test_this_machine_finds_its_own_numbers_and_whether_it_answers():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        assert addresses.answers("127.0.0.1", port)
    assert not addresses.answers("127.0.0.1", port)
    assert not any(number.startswith("127.") for number in addresses.of_this_machine())
    assert server.addresses("127.0.0.1", 8000) == ["http://127.0.0.1:8000/"]
