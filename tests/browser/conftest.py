"""A real browser, with scripts off, before the demo programme as `make demo` serves it."""

import contextlib
import shutil
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from tests.demo import Demo, demo

PHONE = {"width": 360, "height": 640}
DESK = {"width": 1280, "height": 800}
# Playwright itself waits so long for a page; what is then expected of it may take as long on a busy machine.
patience = SimpleNamespace(seconds=30)
expect.set_options(timeout=patience.seconds * 1000)


@pytest.fixture(scope="session")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo programme; a test that votes or answers takes a card that no other takes."""
    with demo(tmp_path_factory.mktemp("demo")) as served:
        yield served


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """For the tests of this folder alone: while it runs, Django takes the thread for an asynchronous one."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    running = launched(playwright)
    yield running
    running.close()


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """The browser, in which no test finds anything of the one before."""
    yield chromium
    for context in chromium.contexts:
        context.close()


@contextlib.contextmanager
def impatient(seconds: int = 5) -> Iterator[None]:
    """Where a planted bug keeps it from ever coming true, nobody waits long to see that."""
    usual, patience.seconds = patience.seconds, seconds
    expect.set_options(timeout=seconds * 1000)
    try:
        yield
    finally:
        patience.seconds = usual
        expect.set_options(timeout=usual * 1000)


def launched(playwright: Playwright, *options: str) -> Browser:
    """Debian's Chromium."""
    return playwright.chromium.launch(
        executable_path=shutil.which("chromium"), args=["--no-sandbox", *options]
    )


def until(page: Page, holds: Callable[[], object], *, times: int = 1) -> None:
    """Wait until it holds, so many times as long as usual.

    Playwright's own wait evaluates a text, which the site's policy forbids.
    """
    for _time in range(times * patience.seconds * 10):
        if holds():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it never came true")


Opened = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, shown: Demo) -> Opened:
    """Opens a window of its own, on a phone unless another size is said."""

    def window(size: dict[str, int] = PHONE, language: str = "en") -> Page:
        context = browser.new_context(
            viewport=size, java_script_enabled=False, locale=language, base_url=shown.site
        )
        return context.new_page()

    return window
