"""Makes a programme that collects, for benchmarks: a form that phones fetch, a phone, a researcher's browser.

`python -m tests.collecting SUBMISSIONS` makes it beside what there is, with so many submissions that came in
before, and prints {token, slug, form, project, cookie, bearer}; `python -m tests.collecting digests` prints
the digests of what is here: of each submission its text and its files, read from the disk. All in JSON.
"""

from __future__ import annotations

import hashlib
import json
import sys
from datetime import timedelta

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.utils import timezone  # noqa: E402

from jukwaa import record  # noqa: E402
from jukwaa.field.collect import actions, central, odata, openrosa, queries  # noqa: E402
from jukwaa.field.collect.xlsform import read_sheet  # noqa: E402
from jukwaa.field.models import Attachment, Edition, Submission  # noqa: E402
from jukwaa.programmes import actions as programmes  # noqa: E402
from jukwaa.programmes.models import Account, Role  # noqa: E402
from jukwaa.record import blobs  # noqa: E402
from tests import make  # noqa: E402
from tests.field import sheets  # noqa: E402

SITES = ("nyarugusu", "rwamagasa", "mgusu", "nyamtondo", "lwamgasa", "busolwa", "katoro", "bingwa")
AT_ONCE = 1_000


def main(words: list[str]) -> None:
    """Make it, and tell how to get in; or tell what is here."""
    if words == ["digests"]:
        json.dump(digests(), sys.stdout)
        return
    # One may be here already, made in a process of its own.
    programme = make.programme(slug=f"field-{words[0]}")
    sheet = sheets.testimony()
    made = read_sheet(sheet, name="form.md")
    draft = actions.add_edition(programme=programme, made=made, sheet=sheet, by=None)
    edition = actions.publish_edition(edition=draft, by=None)
    _collector, token = actions.add_collector(programme=programme, name="Asha", by=None)
    account = make.account(f"researcher-{words[0]}")
    member = programmes.add_member(
        programme=programme, account=account, name="Flo", role=Role.RESEARCHER, by=None
    )
    fill(edition, int(words[0]))
    told = {
        "token": token,
        "slug": programme.slug,
        "form": str(edition.form_id),
        "project": odata.number(programme.pk),
        "cookie": make.client_of(member).cookies[settings.SESSION_COOKIE_NAME].value,
        "bearer": central._token(Account.objects.get(pk=member.account)),
    }
    json.dump(told, sys.stdout)


def digests() -> list[list[str]]:
    """Of each submission the digest of its text, then those of its files."""
    return sorted(
        [digest(row.xml), *sorted(digest(each.file) for each in queries.attachments(row))]
        for row in Submission.objects.all()
    )


def digest(sha256: str) -> str:
    return hashlib.sha256(blobs.read(sha256)).hexdigest()


def fill(edition: Edition, count: int) -> None:
    """So many submissions of the form, each with one of three files here; they share their bytes."""
    sent = openrosa.read_submission(sheets.filled())
    xml, sound = blobs.keep(sheets.filled(), mime="text/xml"), blobs.keep(b"sound", mime="audio/amr")
    expected, begun = sent.expected(queries.questions(edition)), timezone.now() - timedelta(days=300)
    for start in range(0, count, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, count))
        rows = [a_submission(edition, n, xml, sent.answers, expected, begun) for n in numbers]
        files = [
            Attachment(
                id=Attachment.id_for(row.pk, "voice.amr", sound),
                programme_id=row.programme_id,
                subject=row.subject,
                submission=row,
                name="voice.amr",
                file=sound,
                mime="audio/amr",
            )
            for row in rows
        ]
        with record.act(by=None, programme=edition.programme_id, klass=Submission.KLASS):
            record.puts("field.submission_received", rows, by=None)
            record.puts("field.attachment_received", files, by=None)


def a_submission(edition: Edition, number: int, xml: str, answers, expected, begun) -> Submission:
    instance = f"uuid:{number:08}"
    said = answers | {"/data/site": SITES[number % len(SITES)], "/data/words": f"The water {number} is far."}
    return Submission(
        id=Submission.id_for(edition.programme_id, "testimony", instance, xml),
        programme_id=edition.programme_id,
        subject=actions.voice_of(edition.programme_id, "testimony", instance),
        edition=edition,
        form_id="testimony",
        version=edition.version,
        instance_id=instance,
        xml=xml,
        answers=said,
        expected=expected,
        collector=None,
        received_at=begun + timedelta(seconds=number * 200),
    )


if __name__ == "__main__":
    main(sys.argv[1:])
