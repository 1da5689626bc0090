"""What every test shares: quick passwords, blobs of its own, and the rule that CI leaves nothing out."""

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from hypothesis import is_hypothesis_test

from tests.cluster import new_database
from tests.lengths import AT_LENGTH

REQUIRED = frozenset(filter(None, os.environ.get("JUKWAA_REQUIRE", "").split(",")))
# The one reason for which a test may be left out in CI.
NO_DATA = "needs the public data sets"
ON_POSTGRESQL = os.environ.get("JUKWAA_TEST_ONLY") == "database"


def pytest_configure(config: pytest.Config) -> None:
    """Settings that only tests want: nothing to collect first, and passwords that cost nothing."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.WHITENOISE_AUTOREFRESH = True
    if "chromium" in REQUIRED and not shutil.which("chromium"):
        raise pytest.UsageError("JUKWAA_REQUIRE names chromium, and there is none on this machine.")
    if "postgres" in REQUIRED and "JUKWAA_TEST_POSTGRES" not in os.environ:
        raise pytest.UsageError(
            "JUKWAA_REQUIRE names postgres: run the tests by `make test`, which starts it."
        )


def pytest_collection_finish(session: pytest.Session) -> None:
    """Whatever is loaded stays to the end: to look through it for rubbish again and again takes a tenth."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


def pytest_unconfigure(config: pytest.Config) -> None:
    """At the end all of it may go: a library that counts what it lent would complain."""
    gc.unfreeze()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this machine cannot run, and in each of the two rounds what belongs to the other."""
    belongs = belongs_to_postgresql if ON_POSTGRESQL else belongs_to_sqlite
    kept = [item for item in items if belongs(item) and (AT_LENGTH or not marked(item, "only_soak"))]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept
    for item in items:
        if item.get_closest_marker("browser") and not shutil.which("chromium"):
            item.add_marker(pytest.mark.skip(reason="needs Chromium: apt-get install chromium"))
        if item.get_closest_marker("postgres") and "JUKWAA_TEST_POSTGRES" not in os.environ:
            item.add_marker(
                pytest.mark.skip(reason="needs PostgreSQL: `make test` starts one where it is installed")
            )


def belongs_to_postgresql(item: pytest.Item) -> bool:
    """Whether the round on PostgreSQL runs the test: it asks the database, and quickly.

    What is slow goes the same ways through the same queries as quick tests do, only further: once is enough.
    Where the database itself may answer otherwise in the long run, the test is marked `both_rounds`. Every
    page is opened by every visitor in tests/web/test_access.py; what is pressed there is tried on SQLite, and
    by `JUKWAA_SOAK=1 make test` on both. Of what Hypothesis tries the first example asks all that the others
    ask, and the tests beside it ask that too.
    """
    is_property = is_hypothesis_test(getattr(item, "obj", None))
    tries_much = marked(item, "slow") or (is_property and not AT_LENGTH)
    if marked(item, "sqlite") or (tries_much and not marked(item, "both_rounds")):
        return False
    if item.path.stem.endswith("pages") and not AT_LENGTH:
        return False
    asked = {"db", "transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(asked) or marked(item, "django_db")


def belongs_to_sqlite(item: pytest.Item) -> bool:
    """Whether the round on SQLite runs the test."""
    return not marked(item, "postgresql_round")


def marked(item: pytest.Item, name: str) -> bool:
    """Whether the test, or its file, has the mark."""
    return item.get_closest_marker(name) is not None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what CI must not leave out."""
    for report in wrongly_skipped(terminalreporter):
        terminalreporter.write_line(f"CI may not skip {report.nodeid}", red=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a test that was left out is a test that failed, unless it lacked only the public data sets."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and session.exitstatus == pytest.ExitCode.OK and wrongly_skipped(reporter):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def wrongly_skipped(reporter: pytest.TerminalReporter) -> list[pytest.TestReport]:
    """The tests left out of this run that a CI run must hold."""
    if not REQUIRED:
        return []
    return [report for report in reporter.stats.get("skipped", []) if NO_DATA not in str(report.longrepr)]


@pytest.fixture
def shared_data() -> Path:
    """The folder of public data sets; the test is left out where there is none."""
    if not settings.JUKWAA_DATA.is_dir():
        pytest.skip(f"{NO_DATA}: put them at ../shared/data or name their folder in JUKWAA_DATA")
    return Path(settings.JUKWAA_DATA)


@pytest.fixture(autouse=True)
def own_home(settings, tmp_path: Path) -> None:
    """The files that a test keeps go away with it."""
    settings.JUKWAA_HOME = tmp_path


@pytest.fixture(autouse=True)
def in_english() -> None:
    """Each test begins in English, whatever language a page of the test before was asked for in."""
    translation.activate("en")


@pytest.fixture
def database() -> Iterator[str]:
    """A new database on the PostgreSQL server of the tests."""
    with new_database(os.environ["JUKWAA_TEST_POSTGRES"]) as url:
        yield url
