"""What every page tells the browser not to do."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from jukwaa.programmes.models import Role
from tests import make
from tests.web.test_access import ANYBODY, PROGRAMME, ROUTES, RULES, address, client_of, world

__all__ = ["world"]

pytestmark = pytest.mark.django_db

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "connect-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "media-src 'self' blob:",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
}


def faults(answer) -> list[str]:
    """What is missing among the answer's headers."""
    said = {part.strip() for part in answer.headers.get("Content-Security-Policy", "").split(";")}
    found = []
    # A file is stricter still: it may do nothing at all.
    if said != POLICY and said != {"sandbox", "default-src 'none'"}:
        found.append(f"policy {said}")
    for name, value in (
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("X-Frame-Options", "DENY"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ):
        if answer.headers.get(name) != value:
            found.append(f"{name}: {answer.headers.get(name)}")
    return found


@pytest.mark.slow
@pytest.mark.parametrize("visitor", [Role.COORDINATOR, "participant", "anonymous"])
def test_every_page_keeps_scripts_frames_and_other_sites_out(world, visitor):
    client = client_of(visitor, world)

    wrong = {}
    for route in ROUTES:
        answer = client.get(address(route, world))
        wrong[route] = faults(answer)
        make.let_go(answer)

    assert {route: found for route, found in wrong.items() if found} == {}


def test_pages_for_what_goes_wrong_have_them_too(db):
    assert faults(Client().get("/no/such/page/")) == []


# What an XML document calls its words by; nothing is fetched from there.
XML_NAME = re.compile(r'xmlns(:\w+)?="[^"]*"')


@pytest.mark.slow
def test_no_page_holds_what_the_policy_refuses(world):
    client = client_of(Role.COORDINATOR, world)

    for route in (*RULES[ANYBODY], *RULES[PROGRAMME]):
        answer = client.get(address(route, world))
        text = XML_NAME.sub("", answer.getvalue().decode("utf-8", "replace"))
        assert "<script>" not in text
        assert " style=" not in text
        assert "http://" not in text.replace("http://www.w3.org/", "").replace("http://testserver", "")


def test_what_a_participant_sees_stays_in_no_cache(world):
    phone = make.phone_of(world.ann)

    for route in ("programmes:me", "dialogue:take_part", "dialogue:vote", "dialogue:answers"):
        answer = phone.get(address(route, world))
        if answer.status_code == 200:
            assert "no-store" in answer.headers.get("Cache-Control", ""), route


def test_cookies_are_for_our_pages_only(world):
    answer = Client().get(reverse("programmes:login"))

    for cookie in answer.cookies.values():
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
