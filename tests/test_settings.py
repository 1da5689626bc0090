"""The settings: a laptop needs none, a server fails loudly without what it needs."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.http.request import validate_host
from django.test import RequestFactory

from jukwaa.settings import visitor_address

SERVER = {"SECRET_KEY": "s" * 50, "JUKWAA_ALLOWED_HOSTS": "jukwaa.example.org"}
POSTGRES = "postgres://user:password@127.0.0.1:5432/jukwaa"
OURS = ("JUKWAA_", "DATABASE_URL", "SECRET_KEY", "DJANGO_")


def jukwaa(home: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, with these settings and no others."""
    around = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    around |= {"JUKWAA_HOME": str(home), **settings}
    command = [sys.executable, "-m", "jukwaa", *words]
    return subprocess.run(command, env=around, capture_output=True, text=True, check=False, timeout=60)


def setting(home: Path, said: str, **settings: str) -> str:
    """What an expression on the settings gives under these variables, as text."""
    program = f"from django.conf import settings; print(settings.{said})"
    answer = jukwaa(home, "manage", "shell", "--no-imports", "-c", program, **settings)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.strip()


def test_a_laptop_makes_its_own_key_once_and_shows_it_to_nobody(tmp_path: Path):
    home = tmp_path / "home"

    first = setting(home, "SECRET_KEY")

    assert len(first) >= 50
    assert setting(home, "SECRET_KEY") == first
    assert [path.name for path in home.iterdir()] == ["secret.key"]
    assert stat.S_IMODE((home / "secret.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"JUKWAA_ENV": "production"}, "SECRET_KEY is not set"),
        ({"DATABASE_URL": POSTGRES}, "SECRET_KEY is not set"),
        ({"JUKWAA_ENV": "production", "SECRET_KEY": "s" * 50}, "JUKWAA_ALLOWED_HOSTS is not set"),
        ({**SERVER, "JUKWAA_ENV": "production", "JUKWAA_DEBUG": "1"}, "unset it on a server"),
        ({"JUKWAA_ENV": "prodution"}, "JUKWAA_ENV is laptop or production, not prodution"),
        (
            {"JUKWAA_TIME_ZONE": "Geita"},
            "JUKWAA_TIME_ZONE is a place such as Africa/Dar_es_Salaam, not Geita",
        ),
        ({"JUKWAA_MAIL_TLS": "ssl"}, "JUKWAA_MAIL_TLS is starttls, tls or none, not ssl"),
        (
            {"JUKWAA_MAIL_HOST": "mail.example.org", "JUKWAA_MAIL_TLS": "none"},
            "mail would go over the network for anybody to read",
        ),
        ({**SERVER, "DATABASE_URL": "mysql://u:p@127.0.0.1/x"}, "DATABASE_URL is for PostgreSQL"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_sentence(tmp_path: Path, given: dict, sentence: str):
    said = jukwaa(tmp_path, "manage", "check", **given)

    assert said.returncode == 1
    assert sentence in said.stderr
    assert "Traceback" not in said.stderr
    assert not (tmp_path / "secret.key").exists()


def test_a_server_has_postgresql_and_only_its_own_hosts(tmp_path: Path):
    everything = {**SERVER, "DATABASE_URL": POSTGRES}

    assert (
        setting(tmp_path, "DATABASES['default']['ENGINE']", **everything) == "django.db.backends.postgresql"
    )
    assert setting(tmp_path, "ALLOWED_HOSTS", **everything) == "['jukwaa.example.org']"


@pytest.mark.parametrize("name", ["SESSION_COOKIE", "CSRF_COOKIE"])
def test_cookies_are_out_of_reach_and_travel_by_https_only_where_there_is_https(tmp_path: Path, name: str):
    asked = f"{name}_HTTPONLY, settings.{name}_SAMESITE, settings.{name}_SECURE"

    assert setting(tmp_path, asked) == "True Lax False"
    assert setting(tmp_path, asked, JUKWAA_HTTPS="1") == "True Lax True"


def test_a_laptop_answers_to_addresses_and_to_no_foreign_name(tmp_path: Path):
    hosts = eval(setting(tmp_path, "ALLOWED_HOSTS"))

    for host in ("localhost", "127.0.0.1", "[::1]", "192.168.43.1", "10.0.0.255", "172.20.10.2"):
        assert validate_host(host, hosts), host
    for host in ("evil.example", "192.168.43.1.evil.example", "localhost.evil.example", "evil.256"):
        assert not validate_host(host, hosts), host


def test_a_key_encrypts_the_database_of_the_whole_site(tmp_path: Path):
    key, other = "0c" * 32, "0d" * 32

    made = jukwaa(tmp_path, "manage", "migrate", "--verbosity", "0", JUKWAA_SQLITE_KEY=key)
    assert made.returncode == 0, made.stderr

    assert not (tmp_path / "jukwaa.sqlite3").read_bytes().startswith(b"SQLite format 3")
    assert stat.S_IMODE((tmp_path / "jukwaa.sqlite3").stat().st_mode) == 0o600
    assert jukwaa(tmp_path, "check", JUKWAA_SQLITE_KEY=key).returncode == 0
    refused = jukwaa(tmp_path, "check", JUKWAA_SQLITE_KEY=other)
    assert refused.returncode == 1
    assert "the key is not the one it was made with" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_command_lists_its_verbs_and_refuses_others(tmp_path: Path):
    assert "import-polis" in jukwaa(tmp_path).stdout

    said = jukwaa(tmp_path, "dance")
    assert said.returncode == 1
    assert "there is no verb dance" in said.stderr


@pytest.mark.parametrize(
    ("https", "forwarded", "address"),
    [
        (True, "203.0.113.9", "203.0.113.9"),
        (True, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (True, "", "127.0.0.1"),
        (False, "203.0.113.9", "127.0.0.1"),
    ],
)
def test_a_visitors_address_is_the_one_that_the_proxy_saw(
    rf: RequestFactory, monkeypatch: pytest.MonkeyPatch, https: bool, forwarded: str, address: str
):
    monkeypatch.setattr("jukwaa.settings.HTTPS", https)

    assert visitor_address(rf.get("/", headers={"X-Forwarded-For": forwarded})) == address
