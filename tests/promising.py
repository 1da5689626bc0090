"""Makes a programme in which much was promised, for benchmarks: rows, reports, what people say, and figures.

`python -m tests.promising ROWS EVENTS FIGURES` writes so many roadmap rows, a promise for each, and beside
those reports and verdicts until the promises have so many events: all of it by the record, a thousand at a
time. The indicators are said to the record too; their figures are written straight into the table that the
record keeps of them, without events, which no page that is measured reads.
Prints {slug, cookie, seconds, pages, files} in JSON: how long the rows and the figures took; the address of
each page that grows, and of each file that is given away in parts, by what it is.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from jukwaa import record  # noqa: E402
from jukwaa.agenda.models import Endorsement, Obligation, Problem, RoadmapRow  # noqa: E402
from jukwaa.delivery.models import Commitment, Indicator, Measurement, Report, Verdict  # noqa: E402
from jukwaa.dialogue.models import Gradient  # noqa: E402
from jukwaa.programmes import actions as programmes  # noqa: E402
from jukwaa.programmes.cards import new_trace_code  # noqa: E402
from jukwaa.programmes.models import Cycle, Participant, Programme, Role  # noqa: E402
from tests import make  # noqa: E402

AT_ONCE = 1_000
ROWS_A_PROBLEM = 20
OFFICES, GROUPS, PEOPLE = 40, 8, 400
# An indicator has a figure a day of each of its sources.
INDICATORS, SOURCES = 200, 5


def main(words: list[str]) -> None:
    """Make it, and tell where to look."""
    many, events, figures = (int(word) for word in words)
    begun = time.perf_counter()
    of = make.programme(slug="promising", public=True)
    of.refresh_from_db()
    rows = list(roadmap(of, many))
    made = promises(of, rows)
    told(of, made, events - len(made))
    written_in = time.perf_counter()
    looked_at = indicators(of, rows)
    measured(of, looked_at, figures)
    seconds = [written_in - begun, time.perf_counter() - written_in]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # What autovacuum does within minutes of so much being written.
            cursor.execute("ANALYZE")
    member = make.member(of, role=Role.COORDINATOR)
    cookie = make.client_of(member).cookies[settings.SESSION_COOKIE_NAME].value
    found = {"pages": pages(of, rows[0], made[0], looked_at[0]), "files": files(of)}
    json.dump({"slug": of.slug, "cookie": cookie, "seconds": seconds, **found}, sys.stdout)


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
    lines = [
        Obligation(
            programme=of,
            row=row,
            by_organisation=row.owner_organisation,
            to_constituency=groups[n % (GROUPS + 1)] if n % (GROUPS + 1) < GROUPS else None,
            what=f"Digs well {n}",
        )
        for n, row in enumerate(rows)
    ]
    written("agenda.obligation_added", lines)
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


def indicators(of: Programme, rows: Sequence[RoadmapRow]) -> list[Indicator]:
    """Indicators of all four shifts, half of them of people, each of a row of the roadmap."""
    cycles, kinds = list(Cycle), list(Indicator.Figure)
    found = [
        Indicator(
            programme=of,
            cycle=cycles[n % len(cycles)],
            name=f"Indicator {n}",
            definition="From filing to the decision.",
            unit="days",
            language="en",
            figure=kinds[n % len(kinds)],
            apart="W",
            better=Indicator.Better.LESS,
            every=Indicator.Every.MONTH,
            baseline=Decimal(365),
            baseline_on=date(2020, 1, 1),
            baseline_sample=200,
            target=Decimal(120),
            target_on=date(2027, 6, 30),
            tells_of=rows[n % len(rows)],
        )
        for n in range(INDICATORS)
    ]
    written("delivery.indicator_added", found)
    return found


def measured(of: Programme, found: Sequence[Indicator], many: int) -> None:
    """So many figures, as many of each indicator; each is told apart for women and men."""
    today = timezone.localdate()
    for indicator in found:
        figures = [
            Measurement(
                programme=of,
                indicator=indicator,
                on=today - timedelta(days=n // SOURCES),
                value=Decimal(100 + n % 90),
                unit=indicator.unit,
                source=f"Register {n % SOURCES}",
                low=Decimal(90 + n % 90),
                high=Decimal(110 + n % 90),
                sample=60,
                cells=[{"by": "W", "group": group, "value": 100, "people": 30} for group in ("women", "men")],
            )
            for n in range(many // len(found))
        ]
        Measurement.objects.bulk_create(figures, batch_size=AT_ONCE)


def files(of: Programme) -> dict[str, str]:
    """The files that grow with it, which are given away in parts."""
    found = {
        "figures (CSV)": "delivery:figures_csv",
        "promises (CSV)": "delivery:commitments_csv",
        "roadmap (CSV)": "agenda:roadmap_csv",
        "roadmap (print)": "agenda:roadmap_print",
    }
    return {what: reverse(route, args=[of.slug]) for what, route in found.items()}


def pages(of: Programme, row: RoadmapRow, promise: Commitment, indicator: Indicator) -> dict[str, str]:
    """The pages that grow with what was promised and measured."""
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
        "shifts": ("delivery:shifts", []),
        "a shift": ("delivery:shift", [indicator.cycle]),
        "all indicators": ("delivery:indicators", []),
        "an indicator": ("delivery:indicator", [indicator.pk]),
        "its figures": ("delivery:figures", [indicator.pk]),
        "results": ("delivery:results", []),
    }
    of_one = {
        what: reverse(route, args=[] if args is None else [of.slug, *args])
        for what, (route, args) in found.items()
    }
    late = {"promises that are late": f"{of_one['promises']}?stands=late"}
    last = {
        "the last page of promises": f"{of_one['promises']}?page=last",
        "the last page of figures": f"{of_one['its figures']}?page=last",
    }
    return of_one | late | last


if __name__ == "__main__":
    main(sys.argv[1:])
