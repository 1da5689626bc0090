"""A real browser, with scripts off, before the demo programme as `make demo` serves it."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.demo import Demo, demo

PHONE = {"width": 360, "height": 640}
DESK = {"width": 1280, "height": 800}


@pytest.fixture(scope="session")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo programme; a test that votes or answers takes a card that no other takes."""
    with demo(tmp_path_factory.mktemp("demo")) as served:
        yield served


@pytest.fixture
def browser() -> Iterator[Browser]:
    """A browser for one test: while Playwright runs, Django takes the thread for an asynchronous one."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield chromium
        chromium.close()


Opened = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, shown: Demo) -> Iterator[Opened]:
    """Opens a window of its own, on a phone unless another size is said."""
    windows = []

    def window(size: dict[str, int] = PHONE, language: str = "en") -> Page:
        context = browser.new_context(
            viewport=size, java_script_enabled=False, locale=language, base_url=shown.site
        )
        windows.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        return page

    yield window
    for context in windows:
        context.close()
