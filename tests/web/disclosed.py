"""Random programmes on every page that everybody can open, and what those pages give away of people.

Two looks at each programme. What is printed: no number on any page is a true count of people that is not a
multiple of five (days, years and shares aside). And what changes: some of what people gave is taken away,
such that no count crosses a step of the rule; then every page must say what it said before, in its words too
("nobody", "one person"). The second look needs to know no page, no language and no way of putting it.

What may change: the words that are no counts. Of a group "most agree" and "divided", of a promise that
somebody confirms or disputes it, and of a statement that it comes from the field: one voice is enough.
"""

from __future__ import annotations

import io
import random
import re
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape
from itertools import product
from typing import Any

import docx
import openpyxl
from django.apps import apps
from django.db.models import Count
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from jukwaa.agenda import actions as agenda
from jukwaa.agenda import choice
from jukwaa.agenda.drafting import actions as drafting
from jukwaa.agenda.models import Ballot, Endorsement, GroupEndorsement
from jukwaa.delivery import actions as delivery
from jukwaa.delivery.models import Measurement, Verdict
from jukwaa.dialogue import actions as dialogue
from jukwaa.dialogue import analysis
from jukwaa.dialogue.counting import actions as counting
from jukwaa.dialogue.counting.queries import Given
from jukwaa.dialogue.minutes import actions as after
from jukwaa.dialogue.minutes import memo
from jukwaa.dialogue.models import Attendance, Finding, Gradient, Mark, Snapshot, Source, Statement, Vote
from jukwaa.dialogue.queries import Row
from jukwaa.field import actions as field
from jukwaa.field.models import Quote, Testimony
from jukwaa.programmes import actions as programmes
from jukwaa.programmes.models import Audience, Cycle, Gender, OfProgramme, Participant, Programme
from jukwaa.stories import actions as stories
from jukwaa.stories.answering.survival import STAGES
from jukwaa.stories.returning import actions as returning
from jukwaa.stories.walk import KINDS
from tests import make
from tests.repo.disclosing import STAFF_PAGES
from tests.stories.conftest import fact
from tests.web.test_access import ANYBODY, PROGRAMME, ROUTES, RULES

WORDS = ("dust", "fee", "road", "water", "night")
LANGUAGES = ("en", "sw", "fr")


# ---- a programme of so many people ------------------------------------------------------------------------


def programme_of(seed: int) -> Programme:
    """A public programme with the whole road behind it; how many people there are of each kind is drawn.

    Nothing that is not a count of people is drawn: the days are multiples of five apart, and the words hold
    no number.
    """
    rng = random.Random(seed)
    of = make.programme(public=True, languages="en sw fr")
    people = _people(of, rng)
    _heard(of, people, rng)
    statement = _voted(of, people, rng)
    _dotted(of, people, rng)
    commitment = _promised(of, statement, people, rng)
    _chosen(of, people, rng)
    _measured(of, rng)
    outcome = delivery.record_outcome(
        programme=of, commitment=commitment, cycle="C3", who="Panners", what="wash with clean water",
        when="the dry season", where="Geita", other_causes="Rain", by=None,
    )  # fmt: skip
    story = stories.write_story(outcome=outcome, title="The pump", text="It stands.", by=None)
    stories.publish_story(story=story, audience=Audience.PUBLIC, on=DAY, by=None)
    stories.add_publication(
        programme=of, title="Memo", kind="memo", data=b"%PDF-", public=True, by=None, published_on=DAY
    )
    return of


DAY = date(2026, 3, 10)


def _people(of: Programme, rng: random.Random) -> list[Participant]:
    """Three groups of any size at two sites of one district, women and men."""
    district = make.place(of, name="Geita", level="district")
    sites = [make.place(of, name=name, parent=district) for name in ("Rwamagasa", "Nyarugusu")]
    found = []
    for name in ("Panners", "Brokers", "Owners"):
        group = make.constituency(of, name=name)
        for site, gender in product(sites, (Gender.WOMAN, Gender.MAN)):
            some = rng.choice([0, rng.randint(1, 5), rng.randint(6, 19)])
            more = {"constituency": group, "place": site, "gender": gender}
            found += programmes.add_participants(programme=of, count=some, by=None, **more)
    rng.shuffle(found)
    return found


def _some(people: list[Participant], rng: random.Random) -> list[Participant]:
    return rng.sample(people, rng.randint(0, len(people)))


def _heard(of: Programme, people: list[Participant], rng: random.Random) -> None:
    """Some said something in the field, of one of two themes."""
    make.stage(of, kind="research", title="Listening")
    themes = [make.theme(of, title=title) for title in ("Water", "Fees")]
    for who in _some(people, rng)[:40]:
        told = field.record_testimony(
            programme=of, text="So it is.", voice=who, place=who.place, given_on=DAY, by=None
        )
        field.take_quote(testimony=told, text="So it is.", theme=rng.choice(themes), by=None)


def _voted(of: Programme, people: list[Participant], rng: random.Random) -> Statement:
    """A gathering, and a round of two statements on which some vote; one is taken up, the memoire is out."""
    hall = make.gathering(of, title="Workshop", stage=make.stage(of), starts_on=DAY, ends_on=DAY)
    came = _some(people, rng)
    if came:
        dialogue.attend(gathering=hall, people=came, state="came", by=None)
    round_ = dialogue.prepare_round(gathering=hall, kind="problems", question="What hurts?", by=None)
    said = [
        dialogue.add_statement(round=round_, text=f"The {word} hurts.", language="en", by=None)
        for word in WORDS[:2]
    ]
    quotes = list(Quote.objects.filter(programme=of))
    for quote in rng.sample(quotes, rng.randint(0, len(quotes))):
        fact(Source(programme=of, statement=said[0], quote=quote))
    dialogue.open_round(round=round_, by=None)
    rows = []
    for who in people:
        for one in said:
            liking = {"Panners": 0.98, "Brokers": 0.6, "Owners": 0.3}[str(who.constituency)]
            if rng.random() < 0.9:
                rows.append((one.pk, who.pk, rng.choices([1, -1, 0], [liking, 1 - liking, 0.1])[0]))
    if rows:
        dialogue.cast_votes(round=round_, rows=rows, channel="import", by=None)
    dialogue.close_round(round=round_, by=None)
    analysis.redraw(round_)
    dialogue.take_up_finding(statement=Statement.objects.select_related("round").get(pk=said[0].pk), by=None)
    for language in ("en", "sw"):
        words = memo.draft(hall, language)
        after.publish_memoire(gathering=hall, language=language, sections=words, by=None)
    return said[0]


def _dotted(of: Programme, people: list[Participant], rng: random.Random) -> None:
    """A round of dots, closed and settled."""
    round_ = make.round_(of, method="dots", dots=2)
    for word in WORDS[2:4]:
        make.statement(round_, text=f"The {word} hurts.")
    round_ = dialogue.open_round(round=round_, by=None)
    said = list(round_.statements.select_related("round"))
    for who in _some(people, rng)[:25]:
        counting.give_marks(round=round_, participant=who, given=[Given(rng.choice(said).pk, 1)], by=None)
    round_ = dialogue.close_round(round=round_, by=None)
    if Mark.objects.filter(statement__round=round_).exists():
        analysis.settle(round_, places=1, by=None)


def _promised(of: Programme, statement: Statement, people: list[Participant], rng: random.Random) -> Any:
    """A problem, a row that was adopted, a promise, two reports, and what people say of each."""
    finding = Finding.objects.get(statement=statement)
    problem = agenda.take_up_problem(finding=finding, title="The dust", cycle="C3", by=None)
    office = make.organisation(of, name="District office")
    row = make.row(problem, due_on=timezone.localdate() + timedelta(days=20), owner_organisation=office)
    for group in make.queries.constituencies(of):
        there = sum(who.constituency_id == group.pk for who in _some(people, rng))
        agenda.endorse(row=row, constituency=group, gradient=Gradient.FULL, present=there, by=None)
    agenda.adopt_row(row=row, affected=make.affected(row), on=DAY, by=None)
    today = timezone.localdate()
    made = {"made_on": today - timedelta(days=40), "due_on": today + timedelta(days=20)}
    commitment = make.commitment(row, promise="The pump stands", **made)
    here = make.queries.constituencies(of).first()
    returning.note_correction(
        programme=of, text="It is not so.", constituency=here, finding=finding, said_on=DAY, by=None
    )
    for days in (30, 10):
        report = make.report(commitment, reported_on=today - timedelta(days=days))
        for who in _some(people, rng)[:30]:
            if rng.random() < 0.6:
                delivery.confirm(report=report, participant=who, by=who)
            else:
                delivery.dispute(report=report, participant=who, reason="It is dry.", by=who)
    for number, verdict in enumerate(Verdict.objects.filter(programme=of, kind="dispute")):
        delivery.screen_reason(verdict=verdict, shown=not number % 2, by=None)
    return commitment


def _measured(of: Programme, rng: random.Random) -> None:
    """A figure that counts people, by itself and told apart. A share would look like any number."""
    bare = {"baseline": None, "baseline_on": None, "target": None, "target_on": None}
    many = make.indicator(of, name="Who wash", figure="people", unit="people", apart=["W"], **bare)
    cells = [{"by": "W", "group": sex, "value": rng.randint(0, 40), "people": None} for sex in ("f", "m")]
    make.figure(many, sum(cell["value"] for cell in cells), unit="people", cells=cells)
    drafting.freeze_roadmap(programme=of, title="First", by=None)


def _chosen(of: Programme, people: list[Participant], rng: random.Random) -> None:
    """A leadership group, chosen by ballot and endorsed by hands."""
    group = make.group(of)
    declared = list(make.queries.constituencies(of))
    names = ("Asha", "Bahati", "Chausiku")
    stand = [make.candidate(group, name=n, constituency=c) for n, c in zip(names, declared, strict=True)]
    agenda.set_quotas(group=group, size=2, by=None)
    group = agenda.open_ballot(group=group, by=None)
    for who in _some(people, rng)[:25]:
        named = [one.pk for one in rng.sample(stand, rng.randint(1, 2))]
        agenda.cast_ballot(group=group, participant=who, approved=named, by=who)
    group = agenda.close_ballot(group=group, by=None)
    if Ballot.objects.filter(group=group).exists():
        choice.choose(group=group, by=None)
    for one in declared:
        hands = {"yes": rng.randint(20, 40), "no": rng.randint(0, 15)}
        agenda.endorse_group(group=group, constituency=one, by=None, **hands)


# ---- every page that everybody can open ------------------------------------------------------------------

# What has no words: pictures and sounds, and files that staff put there. How people are placed on the map
# follows from every vote, so what changes there when one is gone is no count; its numbers are looked at.
NO_WORDS = {
    "dialogue:sound", "dialogue:statement_photo", "delivery:photo", "stories:photo", "stories:return_sound",
    "stories:file", "delivery:report_file", "web:answer_sound", "delivery:evidence_file",
}  # fmt: skip
DRAWN = {"dialogue:map"}
# How many are due to be answered follows from days too: such counts the second look does not know.
BY_DAYS = {"stories:answers"}
# What these programmes have not: a second version to compare, an agenda computed, published minutes of a
# group, an answer agreed to a problem; and where nobody voted no slate. Give them one, and take it off here.
NOTHING_THERE = {
    "agenda:slate", "agenda:compare", "agenda:computed", "agenda:solution", "delivery:meeting",
    "delivery:print_minutes",
}  # fmt: skip
# Forms that are asked for a card, a tablet, a log-in or somebody's own link: they are nobody's figures.
ASKED = {route for route in RULES[ANYBODY] if not route.startswith("web:")}


def public_routes() -> list[str]:
    """The addresses that everybody can open and that say something."""
    shown = [*RULES[PROGRAMME], *RULES[ANYBODY]]
    return [route for route in shown if route not in NO_WORDS | ASKED | {"web:trace"}]


def addresses(of: Programme) -> Iterator[tuple[str, str]]:
    """Each public address of the programme, with its route."""
    for route in public_routes():
        names = [name for name in ROUTES[route] if name != "programme"]
        given = {"programme": of.slug} if "programme" in ROUTES[route] else {}
        for said in _said(of, route, names):
            yield route, reverse(route, kwargs=given | said)


def _said(of: Programme, route: str, names: list[str]) -> Iterator[dict[str, Any]]:
    if names == ["kind", "pk"]:
        kinds = _returns(of) if route.startswith("stories:") else _threads(of)
        yield from ({"kind": kind, "pk": pk} for kind, pk in kinds)
        return
    for values in product(*(_values(of, name) for name in names)):
        yield dict(zip(names, values, strict=True))


def _returns(of: Programme) -> Iterator[tuple[str, uuid.UUID]]:
    yield from (("group", one.pk) for one in make.queries.constituencies(of))
    yield from (("place", one.pk) for one in make.queries.places(of))


def _threads(of: Programme) -> Iterator[tuple[str, uuid.UUID]]:
    for kind, model in KINDS.items():
        if model not in {Testimony, Quote}:
            yield from ((kind, pk) for pk in model.objects.filter(programme=of).values_list("pk", flat=True))


def _values(of: Programme, name: str) -> list[Any]:
    """What can stand in an address under that name: the rows of the model that is called so."""
    listed = {
        "language": ["en", "sw"],
        "cycle": Cycle.values,
        "reached": list(STAGES),
        "ending": ["csv", "json", "xlsx", "docx"],
    }
    if name in listed:
        return listed[name]
    called = {
        "group": "leadershipgroup",
        "row": "roadmaprow",
        "slate": "certificate",
        "figure": "measurement",
    }
    called |= {"version": "roadmapversion", "meeting": "groupmeeting"}
    for model in apps.get_models():
        if model._meta.model_name == called.get(name, name) and issubclass(model, OfProgramme):
            return [row.pk for row in model._default_manager.filter(programme=of)]
    raise LookupError(f"tell the harness what stands in a public address as <{name}>")


@dataclass(frozen=True)
class Page:
    """What a page says: its route, its address, and its words and labels without the marks around them."""

    route: str
    url: str
    words: str


def pages(of: Programme, languages: tuple[str, ...] = LANGUAGES) -> list[Page]:
    """Every public page of the programme in these languages, and the answer to each trace code."""
    found, open_to = [], set()
    for language in languages:
        client = Client(HTTP_ACCEPT_LANGUAGE=language)
        for route, url in addresses(of):
            answer = client.get(url)
            assert answer.status_code in {200, 302, 404}, (url, answer.status_code)
            shown = {template.name for template in answer.templates}
            assert not shown & STAFF_PAGES, (url, shown)
            if answer.status_code == 200:
                open_to.add(route)
                found.append(Page(route, f"{language} {url}", words(text_of(answer.getvalue()))))
        for code in _trace_codes(of):
            answer = client.post(reverse("web:trace"), {"code": code, "language": language})
            found.append(Page("web:trace", f"{language} {code}", words(answer.text)))
    empty = set(public_routes()) - open_to - NOTHING_THERE - DRAWN
    assert not empty, f"give the harness's programmes something to show on {empty}"
    translation.activate("en")
    return found


def _trace_codes(of: Programme) -> list[str]:
    """One of each kind is enough: they are answered alike."""
    kinds = (model._default_manager.order_by("hlc", "pk") for model in (Testimony, Statement, Verdict))
    return [row.trace_code for rows in kinds for row in rows.filter(programme=of)[:2]]


def text_of(data: bytes) -> str:
    """What a page or a file says: the cells of a workbook, the lines and tables of a Word file."""
    if not data.startswith(b"PK"):
        return "" if data.startswith(b"%PDF") else data.decode()
    if "word/document.xml" not in zipfile.ZipFile(io.BytesIO(data)).namelist():
        book = openpyxl.load_workbook(io.BytesIO(data))
        rows = [row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True)]
    else:
        file = docx.Document(io.BytesIO(data))
        rows = [[line.text for line in file.paragraphs]]
        rows += [[cell.text for cell in row.cells] for table in file.tables for row in table.rows]
    return "\n".join(" ".join(str(cell) for cell in row if cell is not None) for row in rows)


LABELS = re.compile(r"\s(?:aria-label|alt|title|content|value)=\"([^\"]*)\"")
MARKS = re.compile(r"(?s)<head>.*?</head>|<input type=\"hidden\"[^>]*>|<[^>]+>")


def words(html: str) -> str:
    """What a reader reads or hears."""
    bare = re.sub(r"<input type=\"hidden\"[^>]*>", " ", html)
    said = " ".join([MARKS.sub(" ", bare), *LABELS.findall(bare)])
    return " ".join(unescape(said).split())


# ---- the first look: what is printed ---------------------------------------------------------------------

# Days, years, hours, shares, and what stands within a longer sign, are no counts of people.
NO_COUNTS = re.compile(
    r"\b\d{1,2} [^\W\d]+\.? 20\d\d|20\d\d-\d\d-\d\d|\d\d:\d\d|\d+\s?%|\d+ in 100|\d+ kwa 100|\d+ sur 100"
)
NUMBER = re.compile(r"(?<![\w.:/#-])\d+(?![\w:/-]|\.\d)")


def numbers(said: str) -> list[int]:
    """The numbers in what a page says that could count people."""
    return [int(number) for number in NUMBER.findall(NO_COUNTS.sub(" ", said))]


def true_counts(of: Programme) -> set[int]:
    """How many people there are, by everything that anybody might count them by."""
    people = Participant.objects.filter(programme=of)
    counts = {people.count()}
    for by in ("constituency", "gender", "place"):
        counts |= _by(people, by) | _by(Testimony.objects.filter(programme=of), f"voice__{by}")
        counts |= _by(Attendance.objects.filter(programme=of), f"participant__{by}")
        votes = Vote.objects.filter(statement__programme=of)
        counts |= _by(votes, "statement", f"participant__{by}") | _by(
            votes, "statement", "choice", f"participant__{by}"
        )
        counts |= _by(Verdict.objects.filter(programme=of), "report", "kind", f"participant__{by}")
        counts |= _by(Ballot.objects.filter(group__programme=of), f"participant__{by}")
    counts |= _by(Vote.objects.filter(statement__programme=of), "statement")
    counts |= _by(Vote.objects.filter(statement__programme=of), "statement", "choice")
    counts |= _by(Verdict.objects.filter(programme=of), "report", "kind") | {
        Vote.objects.filter(statement__programme=of).values("participant").distinct().count(),
        Testimony.objects.filter(programme=of).count(),
        Attendance.objects.filter(programme=of).count(),
        Ballot.objects.filter(group__programme=of).count(),
    }
    counts |= _by(Quote.objects.filter(programme=of), "theme")
    counts |= _by(Mark.objects.filter(statement__programme=of), "statement")
    for said in GroupEndorsement.objects.filter(programme=of):
        counts |= {said.yes, said.no, said.yes + said.no}
    counts |= set(Endorsement.objects.filter(programme=of).values_list("present", flat=True))
    for figure in Measurement.objects.filter(programme=of, indicator__figure="people"):
        counts |= {int(figure.value), *(int(cell["value"]) for cell in figure.cells)}
    counts |= set(Measurement.objects.filter(programme=of, sample__gt=0).values_list("sample", flat=True))
    return counts


def _by(rows: Any, *columns: str) -> set[int]:
    return set(
        rows.order_by().values_list(*columns).annotate(Count("pk")).values_list("pk__count", flat=True)
    )


def counted_out(of: Programme, found: list[Page]) -> list[str]:
    """Numbers on the pages that are true counts of people from eleven on, and not rounded."""
    counts = {count for count in true_counts(of) if count > 10 and count % 5}
    return [f"{page.url}: {n}" for page in found for n in numbers(page.words) if n in counts]


# ---- the second look: what changes when somebody leaves --------------------------------------------------


PLACES = ("constituency", "gender", "place", "place__parent")
# What people gave, how to find it, the way to the person, and what it is counted by apart from who they are.
GIVEN: dict[type[Any], tuple[str, str, tuple[str, ...]]] = {
    Participant: ("programme", "", ()),
    Attendance: ("programme", "participant__", ("gathering",)),
    Testimony: ("programme", "voice__", ()),
    Quote: ("programme", "testimony__voice__", ("theme",)),
    Source: ("programme", "quote__testimony__voice__", ("statement",)),
    Verdict: ("programme", "participant__", ("report", "kind")),
    Vote: ("statement__programme", "participant__", ("statement", "choice")),
}


def take_away(of: Programme, rng: random.Random) -> list[str]:
    """Take one of each thing away that somebody gave, of those without which no count crosses a step.

    What was kept of a vote in drawings and findings goes with it. Gives the names of what went.
    """
    gone = []
    for model, (of_programme, path, more) in GIVEN.items():
        rows = list(model._default_manager.filter(**{of_programme: of}).order_by("hlc", "pk"))
        rng.shuffle(rows)
        row = next((row for row in rows if _may_go(row, of, of_programme, path, more)), None)
        if row is None:
            continue
        gone.append(model.__name__)
        if model is Vote:
            _out_of_what_was_kept(row)
        if model is Participant:
            Participant.objects.filter(pk=row.pk).update(removed=True)
        else:
            model._default_manager.filter(pk=row.pk).delete()
    return gone


def _may_go(row: Any, of: Programme, of_programme: str, path: str, more: tuple[str, ...]) -> bool:
    """Whether nothing hangs on the row, and each count that it is in is shown alike without it."""
    if _is_needed(row):
        return False
    if isinstance(row, Testimony | Verdict) and not all(map(_same_step, _said_with(row))):
        return False
    rows = type(row)._default_manager.filter(**{of_programme: of})
    rows = rows.filter(removed=False) if hasattr(row, "removed") else rows
    mine = rows.filter(pk=row.pk)
    for size in range(len(more) + 1):
        alike = rows.filter(**{name: getattr(row, name) for name in more[:size]})
        if not _same_step(alike.count()):
            return False
        for by in PLACES:
            value = mine.values_list(f"{path}{by}", flat=True).get()
            if not _same_step(alike.filter(**{f"{path}{by}": value}).count()):
                return False
    return True


def _said_with(row: Testimony | Verdict) -> Iterator[int]:
    """How much was said in the programme in any way, by everybody and by those of the same gender."""
    who = row.voice if isinstance(row, Testimony) else row.participant
    testimonies = Testimony.objects.filter(programme=row.programme_id)
    verdicts = Verdict.objects.filter(programme=row.programme_id)
    yield testimonies.count() + verdicts.count()
    alike = testimonies.filter(voice__gender=who.gender).count()
    yield alike + verdicts.filter(participant__gender=who.gender).count()
    yield verdicts.count() if isinstance(row, Verdict) else testimonies.count()


def _is_needed(row: Any) -> bool:
    """Whether something hangs on the row, or a word does that may be told."""
    match row:
        case Testimony():
            return _is_asked_for(row) or row.quotes.exists()
        case Quote():
            return _is_asked_for(row.testimony) or row.sources.exists()
        case Participant():
            return _gave_something(row)
        case Verdict():
            return _is_asked_for(row) or row.report.verdicts.filter(kind=row.kind).count() == 1
        case Vote():
            return not _says_the_same_without(row)
        case Source():
            # "With what so many others said" leaves the one out who asks.
            others = Source.objects.filter(statement=row.statement_id).count() - 1
            return _is_asked_for(row.quote.testimony) or not others or not _same_step(others)
    return False


def _is_asked_for(row: Testimony | Verdict) -> bool:
    """Whether its own answer is among the pages: to whoever has the slip it may tell what became of it."""
    return row.trace_code in _trace_codes(row.programme)


def _gave_something(who: Participant) -> bool:
    said = (Attendance, Verdict, Vote, Ballot, Mark)
    return any(model._default_manager.filter(participant=who).exists() for model in said) or (
        Testimony.objects.filter(voice=who).exists()
    )


def _same_step(count: int) -> bool:
    """Whether so many, and one less, are shown alike: said here again, so that the module may be wrong."""
    return count < 10 or (count > 10 and count % 5 != 3)


CHOICES = {1: "agree", -1: "disagree", 0: "passes"}


def _says_the_same_without(vote: Vote) -> bool:
    """Whether the group's word stays, as words may tell what counts may not, and they gave another vote."""
    group = vote.participant.constituency_id
    own = Vote.objects.filter(statement=vote.statement_id, participant__constituency=group)
    with_it = {name: own.filter(choice=choice).count() for choice, name in CHOICES.items()}
    without = with_it | {CHOICES[vote.choice]: with_it[CHOICES[vote.choice]] - 1}
    more = {"label": "", "estimate": None, "low": None, "high": None}
    others = Vote.objects.filter(participant=vote.participant).exclude(pk=vote.pk)
    return Row(**with_it, **more).word == Row(**without, **more).word and others.exists()


def _out_of_what_was_kept(vote: Vote) -> None:
    """Findings and drawings keep figures as they were: they are counted anew without this vote."""
    for finding in Finding.objects.filter(statement=vote.statement_id):
        _less(finding.figures, vote)
        Finding.objects.filter(pk=finding.pk).update(figures=finding.figures)
    for snapshot in Snapshot.objects.filter(round=vote.statement.round_id):
        for said in snapshot.drawn["said"]["findings"]:
            if said["statement"] == str(vote.statement_id):
                _less(said["agreement"], vote)
        Snapshot.objects.filter(pk=snapshot.pk).update(drawn=snapshot.drawn)


def _less(figures: list[dict[str, Any]], vote: Vote) -> None:
    for of_group in figures:
        if of_group["constituency"] == str(vote.participant.constituency_id):
            of_group[CHOICES[vote.choice]] -= 1


def told_apart(before: list[Page], later: list[Page]) -> list[str]:
    """Where the pages say anything else than before."""
    looked_at = [page for page in before if page.route not in DRAWN | BY_DAYS]
    then = {page.url: page.words for page in looked_at}
    now = {page.url: page.words for page in later if page.route not in DRAWN | BY_DAYS}
    return [
        f"{url}: {_difference(then.get(url, ''), now.get(url, ''))}"
        for url in sorted(then.keys() | now.keys())
        if then.get(url) != now.get(url)
    ]


def _difference(one: str, other: str) -> str:
    start = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
    return f"…{one[max(0, start - 40) : start + 40]}… / …{other[max(0, start - 40) : start + 40]}…"


# ---- subtraction -----------------------------------------------------------------------------------------


def could_be(of: Programme, off: int) -> set[int]:
    """How many of the one group too small to be counted out were heard, for all that its pages tell.

    Whoever reads them takes the groups that are told from the total. off: how far a figure that is told may
    be from the true one.
    """
    road = words(Client().get(of.get_absolute_url()).text)
    total = int(re.findall(r"Testimonies heard (\d+)", road)[0])
    told, hidden = [], 0
    for group in make.queries.constituencies(of):
        page = words(Client().get(reverse("stories:returned", args=[of.slug, "group", group.pk])).text)
        found = re.findall(r"About (\d+) of this group spoke", page)
        told += [int(number) for number in found]
        hidden += not found
    assert hidden == 1
    least = total - off - sum(told) - off * len(told)
    most = total + off - sum(told) + off * len(told)
    return {count for count in range(10) if least <= count <= most}
