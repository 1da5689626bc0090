"""A printed page as PDF, where the extra `[pdf]` is installed. It fetches only our own static files."""

from __future__ import annotations

import mimetypes
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage

# No such host exists; addresses on a page that begin with a slash are looked up here.
BASE = "http://jukwaa.invalid"


@cache
def can_make_pdf() -> bool:
    """Whether WeasyPrint and the libraries it draws with (Pango, HarfBuzz) are on this machine."""
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError):
        return False
    return True


def make_pdf(page: str) -> bytes:
    """The page as PDF: real text, fonts embedded. Raises ImportError or OSError unless `can_make_pdf`."""
    from weasyprint import HTML

    drawn: bytes = HTML(string=page, base_url=BASE, url_fetcher=_our_file).write_pdf()
    return drawn


def _our_file(url: str) -> Any:
    """A stylesheet or drawing of ours, or what stands in the page itself. Raises ValueError for all else."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    if url.startswith("data:"):
        return URLFetcher(allowed_protocols={"data"}).fetch(url)
    ours = f"{BASE}/{settings.STATIC_URL.lstrip('/')}"
    if not url.startswith(ours):
        raise ValueError(f"a printed page may not fetch {url[:80]}")
    file = _static_file(url.removeprefix(ours))
    mime = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return URLFetcherResponse(url, file.read_bytes(), {"Content-Type": mime})


def _static_file(name: str) -> Path:
    """Where the static file lies: collected on a laptop in use, in its room's folder for a developer."""
    collected = Path(staticfiles_storage.path(name))
    if collected.exists():
        return collected
    found = finders.find(name)
    if not found:
        raise ValueError(f"there is no static file called {name[:80]}")
    return Path(str(found))
