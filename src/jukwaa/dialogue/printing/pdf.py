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
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OurFiles(URLFetcher):  # type: ignore[misc]
        """Hands out our stylesheets and drawings, and what stands in the page itself; nothing else."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            file = _file_at(url)
            mime = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            return URLFetcherResponse(url, file.read_bytes(), {"Content-Type": mime})

    fetcher = OurFiles(allowed_protocols={"data"})
    drawn: bytes = HTML(string=page, base_url=BASE, url_fetcher=fetcher).write_pdf()
    return drawn


def _file_at(url: str) -> Path:
    """The static file of this address. Raises ValueError for any other address."""
    ours = f"{BASE}/{settings.STATIC_URL.lstrip('/')}"
    if not url.startswith(ours):
        raise ValueError(f"a printed page may not fetch {url[:80]}")
    return _static_file(url.removeprefix(ours))


def _static_file(name: str) -> Path:
    """Where the static file lies: collected on a laptop in use, in its room's folder for a developer."""
    collected = Path(staticfiles_storage.path(name))
    if collected.exists():
        return collected
    found = finders.find(name)
    if not found:
        raise ValueError(f"there is no static file called {name[:80]}")
    return Path(str(found))
