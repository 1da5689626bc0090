"""Makes a programme in which much was promised, for benchmarks: rows, reports, and what people say of them.

`python -m tests.promising ROWS EVENTS` writes so many roadmap rows, a promise for each, and beside those
reports and verdicts until the promises have so many events. All of it by the record, a thousand at a time.
Prints {slug, cookie, pages} in JSON; pages: the address of each page that grows, by what it is.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from jukwaa import record  # noqa: E402
from jukwaa.agenda.models import Endorsement, Problem, RoadmapRow  # noqa: E402
from jukwaa.delivery.models import Commitment, Report, Verdict  # noqa: E402
from jukwaa.dialogue.models import Gradient  # noqa: E402
from jukwaa.programmes import actions as programmes  # noqa: E402
from jukwaa.programmes.cards import new_trace_code  # noqa: E402
from jukwaa.programmes.models import Cycle, Participant, Programme, Role  # noqa: E402
from tests import make  # noqa: E402

AT_ONCE = 1_000
ROWS_A_PROBLEM = 20
OFFICES, GROUPS, PEOPLE = 40, 8, 400


def main(words: list[str]) -> None:
    """Make it, and tell where to look."""
    many, events = (int(word) for word in words)
    of = make.programme(slug="promising", public=True)
    of.refresh_from_db()
    rows = list(roadmap(of, many))
    made = promises(of, rows)
    told(of, made, events - len(made))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # What autovacuum does within minutes of so much being written.
            cursor.execute("ANALYZE")
    member = make.member(of, role=Role.COORDINATOR)
    cookie = make.client_of(member).cookies[settings.SESSION_COOKIE_NAME].value
    json.dump({"slug": of.slug, "cookie": cookie, "pages": pages(of, rows[0], made[0])}, sys.stdout)


def written(verb: str, rows: Sequence[Any], klass: str = "main") -> None:
    """Say them to the record, a thousand at a time."""
    for start in range(0, len(rows), AT_ONCE):
        record.facts(verb, rows[start : start + AT_ONCE], by=None)


def roadmap(of: Programme, many: int) -> Iterator[RoadmapRow]:
    """Rows of many problems, half of them adopted, with where every group stands."""
    finding = make.finding(of)
    groups = [make.queries.constituencies(of).first(), *(make.constituency(of) for _n in range(GROUPS - 1))]
    offices = [make.organisation(of, name=f"Office {n}") for n in range(OFFICES)]
    problems = [
        Problem(programme=of, finding=finding, title=f"Problem {n}", cycle=Cycle.LAND)
        for n in range(max(1, many // ROWS_A_PROBLEM))
    ]
    written("agenda.problem_taken_up", problems)
    today = timezone.localdate()
    rows = [
        RoadmapRow(
            programme=of,
            problem=problems[n % len(problems)],
            theme=f"Theme {n % 30}",
            action=f"Action {n}",
            level="district",
            owner_office=f"Officer {n % 90}",
            owner_organisation=offices[n % OFFICES],
            due_on=today + timedelta(days=n % 700 - 200),
            adopted_on=date(2026, 3, 1) if n % 2 else None,
        )
        for n in range(many)
    ]
    written("agenda.row_added", rows)
    stands = [
        Endorsement(
            programme=of, row=row, constituency=group, gradient=Gradient.FULL, said_on=date(2026, 3, 1)
        )
        for row in rows
        for group in groups
    ]
    written("agenda.row_endorsed", stands)
    yield from rows


def promises(of: Programme, rows: Sequence[RoadmapRow]) -> list[Commitment]:
    today = timezone.localdate()
    made = [
        Commitment(
            programme=of,
            row=row,
            promise=f"Promise {n}",
            owner_office=row.owner_office,
            owner_organisation=row.owner_organisation,
            made_on=today - timedelta(days=250),
            due_on=row.due_on,
        )
        for n, row in enumerate(rows)
    ]
    written("delivery.commitment_made", made)
    return made


def told(of: Programme, made: Sequence[Commitment], events: int) -> None:
    """Half of the events are reports, half are what people say of them; a tenth of those dispute."""
    rng, today = random.Random(7), timezone.localdate()
    people = programmes.add_participants(programme=of, constituency=None, count=PEOPLE, by=None)
    statuses = [status.value for status in Report.Status]
    reports = [
        Report(
            programme=of,
            commitment=made[n % len(made)],
            status=rng.choice(statuses),
            text="So it stands.",
            reported_on=today - timedelta(days=rng.randrange(200)),
        )
        for n in range(events // 2)
    ]
    written("delivery.report_made", reports)
    verdicts = [
        verdict(of, rng.choice(reports), rng.choice(people), rng) for _n in range(events - len(reports))
    ]
    for start in range(0, len(verdicts), AT_ONCE):
        with record.act(by=None, programme=of.pk, klass=Verdict.KLASS, sitting=timezone.now()):
            record.puts("delivery.report_confirmed", verdicts[start : start + AT_ONCE], by=None)


def verdict(of: Programme, report: Report, who: Participant, rng: random.Random) -> Verdict:
    disputes = rng.random() < 0.1
    return Verdict(
        id=Verdict.id_for(report.pk, who.pk),
        subject=who.pk,
        programme=of,
        report=report,
        participant=who,
        kind="dispute" if disputes else "confirm",
        reason="It is dry." if disputes else "",
        trace_code=new_trace_code(),
    )


def pages(of: Programme, row: RoadmapRow, promise: Commitment) -> dict[str, str]:
    """The pages that grow with what was promised."""
    group, office = make.queries.constituencies(of).first(), row.owner_organisation
    found = {
        "overview": ("web:overview", []),
        "my programmes": ("web:desks", None),
        "the road": ("web:road", []),
        "thread of a problem": ("web:thread", ["problem", row.problem_id]),
        "thread of a row": ("web:thread", ["row", row.pk]),
        "thread of a promise": ("web:thread", ["commitment", promise.pk]),
        "agenda": ("agenda:agenda", []),
        "a problem": ("agenda:problem", [row.problem_id]),
        "roadmap": ("agenda:roadmap", []),
        "a row": ("agenda:row", [row.pk]),
        "a group's sheet": ("agenda:sheet", [group.pk]),
        "promises": ("delivery:commitments", []),
        "a promise": ("delivery:commitment", [promise.pk]),
        "reasons to read": ("delivery:reasons", []),
        "outcomes": ("delivery:outcomes", []),
        "offices": ("web:offices", []),
        "an office": ("web:office", [office.pk]),
        "promises (CSV)": ("delivery:commitments_csv", []),
        "roadmap (CSV)": ("agenda:roadmap_csv", []),
        "roadmap (print)": ("agenda:roadmap_print", []),
    }
    of_one = {
        what: reverse(route, args=[] if args is None else [of.slug, *args])
        for what, (route, args) in found.items()
    }
    late = {"promises that are late": f"{of_one['promises']}?stands=late"}
    return of_one | late | {"the last page of promises": f"{of_one['promises']}?page=last"}


if __name__ == "__main__":
    main(sys.argv[1:])
