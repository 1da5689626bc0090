"""Results as the International Aid Transparency Initiative has them: an activity file, version 2.03.

Indicators map wholly: baseline, target and figures by period, told apart by dimensions. Outcomes go out as
qualitative results (measure 5), with what is claimed and proven of them in words. What IATI has no place for
(promises, disputes, how evidence was weighed) is left out, and is in the other files.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from xml.etree import ElementTree

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jukwaa.delivery import queries as delivery
from jukwaa.delivery.harvest.queries import Backed
from jukwaa.delivery.harvest.results import Results
from jukwaa.delivery.measures import queries as measures
from jukwaa.delivery.measures.queries import Amount, Reading
from jukwaa.delivery.models import Indicator, Measurement

VERSION = "2.03"
# As IATI has them: registration agency, hyphen, number there.
IDENTIFIER = re.compile(r"[A-Z]{2,3}-[A-Z0-9]{2,12}-[A-Za-z0-9._-]{1,60}")
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

# Codes of IATI's lists.
ONGOING, BEGAN, OUTCOME, IMPLEMENTS = "2", "2", "2", "4"
UNIT, PERCENTAGE, QUALITATIVE = "1", "2", "5"
NGO_OF_COUNTRY = "22"


class Refused(ValueError):
    """What was typed is no identifier of IATI."""


def written(results: Results, *, organisation: str, activity: str, on: date | None = None) -> bytes:
    """The file. organisation: the reporter's identifier in IATI; activity: the reporter's own, for this one.

    Raises Refused for an identifier that is none.
    """
    if not IDENTIFIER.fullmatch(organisation):
        raise Refused(
            _("An organisation's identifier looks like this: GB-COH-02188452. Ask whoever reports to IATI.")
        )
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,60}", activity):
        raise Refused(_("Write the activity's own number with letters, digits, points and hyphens only."))
    of = results.programme
    root = ElementTree.Element("iati-activities", {"version": VERSION, "generated-datetime": _now()})
    whole = _under(root, "iati-activity", **{XML_LANG: get_language() or of.first_language})
    _under(whole, "iati-identifier").text = f"{organisation}-{activity}"
    _named(whole, "reporting-org", of.organiser or of.title, ref=organisation, type=NGO_OF_COUNTRY)
    _named(whole, "title", of.title)
    _named(whole, "description", of.summary or of.title, type="1")
    _named(
        whole, "participating-org", of.organiser or of.title, ref=organisation, role=IMPLEMENTS,
        type=NGO_OF_COUNTRY,
    )  # fmt: skip
    _under(whole, "activity-status", code=ONGOING)
    _under(whole, "activity-date", **{"iso-date": _began(results, on).isoformat(), "type": BEGAN})
    for reading in results.readings:
        _indicator(whole, reading, public=results.public, on=on or timezone.localdate())
    for backed in results.outcomes:
        _outcome(whole, backed, on or timezone.localdate())
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _now() -> str:
    return timezone.now().strftime("%Y-%m-%dT%H:%M:%SZ")


def _began(results: Results, on: date | None) -> date:
    """The first day that anything of it is known of: of a promise or a baseline."""
    made = [each.made_on for each in delivery.commitments(results.programme, public=results.public)]
    based = [each.indicator.baseline_on for each in results.readings if each.indicator.baseline_on]
    return min([*made, *based, on or timezone.localdate()])


def _under(parent: ElementTree.Element, tag: str, /, **said: str) -> ElementTree.Element:
    return ElementTree.SubElement(parent, tag, said)


def _named(parent: ElementTree.Element, tag: str, words: str, /, **said: str) -> ElementTree.Element:
    found = _under(parent, tag, **said)
    _under(found, "narrative").text = _plain(words)
    return found


def _plain(words: str) -> str:
    """The words without signs that XML cannot hold."""
    return "".join(sign for sign in words if sign >= " " or sign in "\t\n")


def _bool(said: bool) -> str:
    return "1" if said else "0"


# ---- indicators ------------------------------------------------------------------------------------------


def _indicator(whole: ElementTree.Element, reading: Reading, *, public: bool, on: date) -> None:
    row, said = reading.indicator, reading.indicator.said  # type: ignore[attr-defined]
    result = _under(whole, "result", type=OUTCOME, **{"aggregation-status": _bool(False)})
    _named(result, "title", row.get_cycle_display())
    share = row.figure == Indicator.Figure.SHARE
    told = _under(
        result,
        "indicator",
        measure=PERCENTAGE if share else UNIT,
        ascending=_bool(row.better == Indicator.Better.MORE),
        **{"aggregation-status": _bool(False)},
    )
    _named(told, "title", said.name)
    _named(told, "description", f"{said.definition} ({said.unit})")
    _baseline(told, reading)
    for point in measures.points(row, _figures(reading), exact=not public):
        for each in point.shown:
            _period(told, each, public=public)
    if row.target is not None and row.target_on is not None:
        _target(told, row, since=max(row.baseline_on or on, row.target_on - timedelta(days=365)))


def _figures(reading: Reading) -> list[Measurement]:
    if reading.indicator.computed:
        return [each.figure for each in reading.last.figures] if reading.last else []
    return list(measures.figures(reading.indicator))


def _baseline(told: ElementTree.Element, reading: Reading) -> None:
    day, begun = reading.indicator.baseline_on, reading.baseline
    if day is not None and begun is not None and begun.value is not None:
        said = {"year": str(day.year), "iso-date": day.isoformat(), "value": _value(begun)}
        _under(told, "baseline", **said)


def _period(told: ElementTree.Element, each: measures.Told, *, public: bool) -> None:
    figure = each.figure
    period = _spanning(told, figure.since or figure.on, figure.on)
    actual = _under(period, "actual", value=_value(each.amount))
    _named(actual, "comment", f"{figure.source}. {figure.method} {each.sureness}".strip())
    for by, cells in measures.cells(figure, exact=not public).items():
        for cell in cells:
            if cell.amount.is_shown:
                part = _under(period, "actual", value=_value(cell.amount))
                _under(part, "dimension", name=_plain(by), value=_plain(cell.group))


def _target(told: ElementTree.Element, row: Indicator, *, since: date) -> None:
    end = row.target_on or since
    period = _spanning(told, min(since, end), end)
    _under(period, "target", value=measures.plain(row.target or Decimal(0)))


def _spanning(told: ElementTree.Element, since: date, until: date) -> ElementTree.Element:
    period = _under(told, "period")
    _under(period, "period-start", **{"iso-date": since.isoformat()})
    _under(period, "period-end", **{"iso-date": until.isoformat()})
    return period


def _value(amount: Amount) -> str:
    return measures.plain(measures.known(amount))


# ---- outcomes --------------------------------------------------------------------------------------------


def _outcome(whole: ElementTree.Element, backed: Backed, on: date) -> None:
    row = backed.outcome
    result = _under(whole, "result", type=OUTCOME, **{"aggregation-status": _bool(False)})
    _named(result, "title", f"{row.who}: {row.what}")
    _named(result, "description", _in_words(backed))
    told = _under(result, "indicator", measure=QUALITATIVE, **{"aggregation-status": _bool(False)})
    _named(told, "title", row.get_cycle_display())
    period = _spanning(told, on.replace(month=1, day=1), on)
    _named(_under(period, "actual"), "comment", backed.claim)


def _in_words(backed: Backed) -> str:
    row = backed.outcome
    said = [f"{row.when}, {row.where}.", row.significance, row.how, _("Other causes:"), row.other_causes]
    return " ".join(each for each in said if each)
