"""Several files at once, as one archive that any computer opens."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from django.http import HttpResponse


def zipped(name: str, files: Mapping[str, str]) -> HttpResponse:
    """The texts as files of `name`.zip, to be kept by whoever asked."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for file, text in files.items():
            packed.writestr(f"{name}/{file}", text)
    answer = HttpResponse(archive.getvalue(), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    return answer
