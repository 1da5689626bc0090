"""What is brought back to a place or a group: what was heard, what the groups said, what came of it.

Nothing of fewer than ten people is told, and figures are rounded to five (programmes/disclosure.py). A page
is of a place or of a group, never of both: the two together would be a crossing that names people.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from jukwaa.dialogue import queries as dialogue
from jukwaa.dialogue.models import Finding
from jukwaa.dialogue.queries import Result
from jukwaa.field.models import Quote, Testimony
from jukwaa.programmes.disclosure import about, enough
from jukwaa.programmes.models import Constituency, Place, Programme
from jukwaa.programmes.queries import constituencies, places, standing, within
from jukwaa.stories.models import Correction

PLACE, GROUP = "place", "group"
MOST_ON_PAPER = 10


@dataclass(frozen=True)
class Brought:
    """A finding as it is brought back: the statement, what all the groups said, what this group said.

    came: what came of it, a sentence each.
    """

    finding: Finding
    words: str
    language: str
    said: str
    mine: str
    corrections: tuple[Correction, ...]


@dataclass(frozen=True)
class Theme:
    """What was spoken of, and by about how many."""

    title: str
    shown_people: int


@dataclass(frozen=True)
class Return:
    """All that goes back to one place or one group. people: about how many were heard; 0 for under ten."""

    programme: Programme
    to: Place | Constituency
    people: int
    themes: tuple[Theme, ...]
    findings: tuple[Brought, ...]
    corrections: tuple[Correction, ...]
    more: int = 0

    def on_paper(self) -> Return:
        """As much of it as two pages hold, what was corrected first; `more` says how many are left out."""
        first = sorted(self.findings, key=lambda each: not each.corrections)
        return replace(self, findings=tuple(first[:MOST_ON_PAPER]), more=max(0, len(first) - MOST_ON_PAPER))

    @property
    def kind(self) -> str:
        return PLACE if isinstance(self.to, Place) else GROUP

    @property
    def heard(self) -> str:
        """How many were heard, in a sentence."""
        if self.kind == GROUP and not self.people:
            return _(
                "Fewer than ten of this group spoke to us. What they said is told with what others said."
            )
        if self.kind == GROUP:
            return _("About %(people)d of this group spoke to us.") % {"people": self.people}
        if not self.people:
            return _("Fewer than ten people spoke to us here. What they said is told with what others said.")
        return _("About %(people)d people spoke to us here.") % {"people": self.people}


def find(programme: Programme, kind: str, pk: uuid.UUID) -> Place | Constituency | None:
    """The place or the group of that id."""
    if kind == PLACE:
        return places(programme).filter(pk=pk).first()
    return constituencies(programme).filter(pk=pk).first() if kind == GROUP else None


def returned(programme: Programme, to: Place | Constituency) -> Return:
    """What goes back there, in the language of this request where it was translated."""
    told = _testimonies(programme, to)
    people = told.order_by().values("subject").distinct().count()
    mine = Correction.objects.filter(programme=programme, **_where(to))
    said = list(standing(mine).exclude(text="").select_related("place", "constituency"))
    return Return(
        programme,
        to,
        people=about(people),
        themes=tuple(_themes(told)) if enough(people) else (),
        findings=tuple(_brought(programme, to)),
        corrections=tuple(each for each in said if each.finding_id is None),
    )


def _where(to: Place | Constituency) -> dict[str, object]:
    return {"place": to} if isinstance(to, Place) else {"constituency": to}


def _testimonies(programme: Programme, to: Place | Constituency) -> QuerySet[Testimony]:
    found = standing(Testimony.objects.filter(programme=programme)).exclude(text="", audio="")
    if isinstance(to, Place):
        return found.filter(place__in=within(to))
    return found.filter(voice__constituency=to)


def _themes(told: QuerySet[Testimony]) -> Iterator[Theme]:
    """Themes that ten or more spoke of, the most spoken of first; others are not even named.

    Those that about as many spoke of stand by their names: their order would tell which had more.
    """
    quotes = standing(Quote.objects.filter(testimony__in=told.order_by(), theme__removed=False)).exclude(
        text=""
    )
    spoken = quotes.order_by().values_list("theme__title").annotate(people=Count("subject", distinct=True))
    for title, people in sorted(spoken, key=lambda each: (-about(each[1]), each[0])):
        if enough(people):
            yield Theme(title, about(people))


def _brought(programme: Programme, to: Place | Constituency) -> Iterator[Brought]:
    """Each statement's latest finding, of rounds whose results are shown, with what people corrected."""
    latest: dict[uuid.UUID, Finding] = {}
    for finding in dialogue.findings(programme):
        if finding.statement.text and finding.statement.round.shows_results():
            latest.setdefault(finding.statement_id, finding)
    corrected = _corrections(latest.values())
    statements = dialogue.in_the_readers_language(finding.statement for finding in latest.values())
    for finding, statement in zip(latest.values(), statements, strict=True):
        result = Result.of_finding(finding)
        own = [row.word for row in result.rows if isinstance(to, Constituency) and row.label == to.name]
        yield Brought(
            finding,
            words=statement.said.text,
            language=statement.said.language,
            said=result.sentence,
            mine=own[0] if own else "",
            corrections=tuple(corrected[finding.pk]),
        )


def _corrections(findings: Collection[Finding]) -> dict[uuid.UUID, list[Correction]]:
    found: dict[uuid.UUID, list[Correction]] = defaultdict(list)
    rows = standing(Correction.objects.filter(finding__in=[each.pk for each in findings]))
    for row in rows.exclude(text="").select_related("place", "constituency"):
        if row.finding_id:
            found[row.finding_id].append(row)
    return found


def corrections_of(finding: Finding) -> list[Correction]:
    """What people said is wrong in the finding, the earliest first."""
    return _corrections([finding])[finding.pk]


# ---- to be read out --------------------------------------------------------------------------------------


def script(told: Return) -> str:
    """The same in words to be read out, a paragraph each, without a figure that needs eyes."""
    said = [_("This is what we bring back to %(where)s.") % {"where": told.to}, told.heard]
    if told.themes:
        said.append(_("Most of you spoke of this: %(themes)s.") % {"themes": _listed(told.themes)})
    for number, each in enumerate(told.findings, 1):
        said.append(
            _("Number %(number)d. People voted on these words: %(words)s")
            % {"number": number, "words": each.words}
        )
        said.append(
            each.said + (" " + _("In your group: %(word)s.") % {"word": each.mine} if each.mine else "")
        )
        said += [_("Some of you say otherwise: %(words)s") % {"words": row.text} for row in each.corrections]
    if not told.findings:
        said.append(_("The groups have not voted on anything yet. We come back when they have."))
    said += [_("Some of you say otherwise: %(words)s") % {"words": row.text} for row in told.corrections]
    said.append(_("Is something wrong? Tell us, and we write it beside this. We write no name."))
    return "\n\n".join(said) + "\n"


def _listed(themes: Collection[Theme]) -> str:
    return ", ".join(theme.title for theme in themes)
