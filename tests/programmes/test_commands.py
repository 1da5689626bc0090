"""The command that makes a node's first login."""

import io

import pytest
from django.core.management import CommandError, call_command

from jukwaa.programmes.models import Account
from tests import make

pytestmark = pytest.mark.django_db


def founder(*words: str) -> str:
    said = io.StringIO()
    call_command("founder", *words, stdout=said)
    return said.getvalue()


def test_the_first_login_may_begin_programmes(monkeypatch):
    monkeypatch.setenv("JUKWAA_FOUNDER_PASSWORD", make.PASSWORD)

    assert "asha can log in and begin programmes" in founder("asha")

    account = Account.objects.get(login="asha")
    assert account.founder
    assert account.check_password(make.PASSWORD)


def test_a_login_that_is_here_becomes_a_founder_and_keeps_its_password(monkeypatch):
    monkeypatch.setenv("JUKWAA_FOUNDER_PASSWORD", "another long password")
    make.account("asha")

    founder("asha")
    account = Account.objects.get()
    assert account.founder
    assert account.check_password(make.PASSWORD)

    founder("asha", "--password")
    account.refresh_from_db()
    assert account.check_password("another long password")


def test_a_password_easily_guessed_is_refused(monkeypatch):
    monkeypatch.setenv("JUKWAA_FOUNDER_PASSWORD", "short")

    with pytest.raises(CommandError, match="12 characters"):
        founder("asha")

    assert not Account.objects.exists()
