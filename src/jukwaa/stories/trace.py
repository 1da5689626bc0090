"""The golden thread from any thing on the road, both ways, and what happened to what somebody said.

What a reader may not see is a joint too, with a neutral sentence, so that the thread is never cut.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from jukwaa.agenda.models import Cause, Disagreement, Endorsement, Problem, RoadmapRow, Side, Solution
from jukwaa.delivery.models import Commitment, Outcome, Report, Verdict
from jukwaa.delivery.queries import Standing, Stands, as_they_stand, said_of
from jukwaa.dialogue.models import Descent, Finding, Gradient, Mark, Source, Statement, Vote
from jukwaa.dialogue.queries import Result, in_the_readers_language, may_see
from jukwaa.field.models import Quote, Testimony
from jukwaa.programmes import cards
from jukwaa.programmes.access import Permission, may
from jukwaa.programmes.disclosure import Frame, about, enough, in_words, shown_count, shown_share
from jukwaa.programmes.models import Audience, Member, OfProgramme, Participant, Purpose
from jukwaa.record.models import Withdrawal
from jukwaa.stories import queries
from jukwaa.stories.models import Story
from jukwaa.stories.walk import Children, behind, onward

MOST_VOICES = 5
LONGEST_WORDS = 220
LENGTH = 12
DAY = "j F Y"


@dataclass(frozen=True)
class Reader:
    """For whom a thread is told: the audience that consents must reach, and the member if it is one."""

    audience: str = Audience.PUBLIC
    member: Member | None = None

    @classmethod
    def of(cls, member: Member | None, participant: Participant | None = None) -> Reader:
        """Staff and participants are the people of the programme; everybody else is the public."""
        inside = member is not None or participant is not None
        return cls(Audience.PROGRAMME if inside else Audience.PUBLIC, member)

    def may(self, permission: Permission) -> bool:
        return may(self.member, permission)

    @property
    def frame(self) -> Frame:
        """In which frame this reader sees counts of people."""
        return Frame.STAFF if self.member else Frame.PUBLIC

    def count(self, people: int) -> str:
        """How many people, as this reader may see it: exact for staff."""
        return shown_count(people, self.frame)


PUBLIC = Reader()


@dataclass(frozen=True)
class Joint:
    """One thing on the thread. kind is an icon's name in the look; lang the language of words somebody said.

    here: the thing that the thread was asked for. waiting: it has not come yet.
    """

    kind: str
    words: str
    evidence: str = ""
    url: str = ""
    when: str = ""
    lang: str = ""
    here: bool = False
    waiting: bool = False


@dataclass(frozen=True)
class Thread:
    """The thread of one thing: from the voices to where it forks, and each way on from there."""

    trunk: tuple[Joint, ...]
    ways: tuple[tuple[Joint, ...], ...] = ()

    @property
    def joints(self) -> tuple[Joint, ...]:
        """All joints, in the order of the road."""
        return self.trunk + tuple(joint for way in self.ways for joint in way)


def thread(thing: OfProgramme, *, reader: Reader = PUBLIC) -> Thread | None:
    """The golden thread of the thing as this reader may see it, or None when the thing is not for them.

    The thing is a testimony, quote, statement, finding, problem, solution, roadmap row, commitment, report,
    outcome or story. A report hangs on its commitment, and so do the confirmations and disputes of it.
    """
    start = thing.commitment if isinstance(thing, Report) else thing
    back, after = [*behind(start), start], onward([start])
    told = Told.of([*back, *(row for rows in after.values() for row in rows)], reader, here=thing)
    if not told.shows(start):
        return None
    after = {pk: [row for row in rows if told.shows(row)] for pk, rows in after.items()}
    trunk = [*back, *_unforked(start, after)]
    ways = [list(_depth_first(way, after)) for way in after.get(trunk[-1].pk, [])]
    return Thread(told.joints(trunk, last=not ways), tuple(told.joints(way) for way in ways))


def _unforked(thing: OfProgramme, after: Children) -> Iterator[OfProgramme]:
    """What comes of the thing, one after the other, until it leads to several."""
    while len(following := after.get(thing.pk, [])) == 1:
        thing = following[0]
        yield thing


def _depth_first(thing: OfProgramme, after: Children) -> Iterator[OfProgramme]:
    yield thing
    for following in after.get(thing.pk, []):
        yield from _depth_first(following, after)


@dataclass(frozen=True)
class Told:
    """What is known of the things of a thread, read at once, for one reader."""

    reader: Reader
    here: OfProgramme
    voices: dict[uuid.UUID, list[Quote]]
    proposed: set[uuid.UUID]
    quotable: set[uuid.UUID]
    stories: set[uuid.UUID]
    endorsements: dict[uuid.UUID, list[Endorsement]]
    reports: dict[uuid.UUID, Report]
    verdicts: dict[uuid.UUID, dict[str, int]]

    @classmethod
    def of(cls, things: Sequence[OfProgramme], reader: Reader, *, here: OfProgramme) -> Told:
        """Read what the joints of these things need, in at most one query for each kind of evidence."""
        of_kind: dict[type, list[uuid.UUID]] = defaultdict(list)
        for thing in things:
            of_kind[type(thing)].append(thing.pk)
        goes_on = _goes_on_in(of_kind[Statement])
        voices = _voices(goes_on)
        reports = _reports(of_kind[Commitment], here)
        quotes = [quote for said in voices.values() for quote in said]
        quotes += [thing for thing in things if isinstance(thing, Quote)]
        return cls(
            reader=reader,
            here=here,
            voices=voices,
            proposed=_proposed(goes_on),
            quotable=_quotable(quotes, reader.audience),
            stories=_told_stories(of_kind[Story], reader.audience),
            endorsements=_endorsements(of_kind[RoadmapRow]),
            reports=reports,
            verdicts=_verdicts([report.pk for report in reports.values()]),
        )

    def shows(self, thing: OfProgramme) -> bool:
        """Whether this reader may see the thing at all."""
        match thing:
            case Testimony() | Quote():
                return self.reader.may(Permission.LISTEN)
            case Story():
                return thing.pk in self.stories or self.reader.may(Permission.PUBLISH)
            case Statement() | Finding() if self._is_kept_apart(thing):
                return False
            case _ if self.reader.member:
                return True
            case Statement():
                return _is_voted_on(thing)
            case Finding():
                return not thing.removed and thing.statement.round.shows_results()
            case RoadmapRow():
                return thing.public
            case Commitment():
                return thing.row.public
            case Outcome():
                return queries.is_public(thing)
            case _:
                return True

    def _is_kept_apart(self, thing: Statement | Finding) -> bool:
        """Whether a group said it by itself, and has not released it to this reader."""
        statement = thing if isinstance(thing, Statement) else thing.statement
        return not may_see(statement.round, self.reader.member, None)

    def joints(self, things: Iterable[OfProgramme], *, last: bool = True) -> tuple[Joint, ...]:
        """The joints of the things in this order; where the road ends (last) it is said what is missing."""
        found: list[Joint] = []
        end: OfProgramme | None = None
        for end in things:
            found += self.joints_of(end) if self.shows(end) else [_kept_inside(end)]
        if last and end is not None and (missing := _waiting(end, self)):
            found.append(missing)
        return tuple(found)

    def joints_of(self, thing: OfProgramme) -> list[Joint]:
        """The thing's joint; before a statement who said it, after a promise what was reported."""
        own = replace(_joint(thing, self), here=thing == self.here)
        match thing:
            case Statement() if not isinstance(self.here, Quote | Testimony):
                return [*_voices_behind(thing, self), own]
            case Commitment():
                return [own, *_reported(thing, self)]
            case _:
                return [own]


def may_read(statement: Statement, reader: Reader) -> bool:
    """Whether the reader may read the statement's words: what waits or was refused is for facilitators."""
    if reader.member:
        return _is_voted_on(statement) or reader.may(Permission.FACILITATE)
    return _is_voted_on(statement)


def _is_voted_on(statement: Statement) -> bool:
    """Whether the statement was put to the vote before everybody's eyes."""
    opened = statement.round.opened_at is not None and not statement.round.hidden
    return opened and statement.state == Statement.State.APPROVED and not statement.removed


# ---- what is read for a thread ---------------------------------------------------------------------------


GoesOn = dict[uuid.UUID, set[uuid.UUID]]


def _voices(goes_on: GoesOn) -> dict[uuid.UUID, list[Quote]]:
    """The quotes that each statement came from, by itself or by others that go on in it."""
    found: dict[uuid.UUID, list[Quote]] = defaultdict(list)
    if goes_on:
        tied = Source.objects.filter(statement__in=goes_on, removed=False).select_related("quote__theme")
        for source in tied.order_by("hlc"):
            for statement in goes_on[source.statement_id]:
                if source.quote not in found[statement]:
                    found[statement].append(source.quote)
    return found


def _proposed(goes_on: GoesOn) -> set[uuid.UUID]:
    """Those that somebody who took part proposed, by itself or among others that go on in it."""
    if not goes_on:
        return set()
    own = Statement.objects.filter(pk__in=goes_on, by_participant=True).values_list("pk", flat=True)
    return {statement for pk in own for statement in goes_on[pk]}


def with_a_voice(statements: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the statements that somebody said in the field or proposed, by themselves or in others."""
    goes_on = _goes_on_in(statements)
    return {pk for pk, said in _voices(goes_on).items() if said} | _proposed(goes_on)


def _goes_on_in(statements: Sequence[uuid.UUID]) -> GoesOn:
    """These statements and all that go on in them, each with those of them in which it does."""
    found = {pk: {pk} for pk in statements}
    new = set(statements)
    while new:
        ties = Descent.objects.filter(statement__in=new, removed=False, merged_into=None)
        new = set()
        for parent, child in ties.values_list("parent", "statement"):
            before = found.setdefault(parent, set())
            if not found[child] <= before:
                before |= found[child]
                new.add(parent)
    return found


def _quotable(quotes: Iterable[Quote], audience: str) -> set[uuid.UUID]:
    """The voices among these that consent to be quoted to the audience."""
    subjects = {quote.subject for quote in quotes if quote.subject}
    if not subjects:
        return set()
    given = queries.consents(Purpose.QUOTE, audience).filter(participant__in=subjects)
    return set(given.values_list("participant_id", flat=True))


def _told_stories(stories: Sequence[uuid.UUID], audience: str) -> set[uuid.UUID]:
    if not stories:
        return set()
    return set(queries.told_to(audience).filter(pk__in=stories).values_list("pk", flat=True))


def _endorsements(rows: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Endorsement]]:
    found = defaultdict(list)
    if rows:
        standing = Endorsement.objects.filter(row__in=rows, removed=False, merged_into=None)
        for said in standing.select_related("constituency"):
            found[said.row_id].append(said)
    return found


def _reports(commitments: Sequence[uuid.UUID], here: OfProgramme) -> dict[uuid.UUID, Report]:
    """The last report on each commitment, or the one that the thread was asked for."""
    if not commitments:
        return {}
    said = Report.objects.filter(commitment__in=commitments, removed=False, merged_into=None)
    found = {report.commitment_id: report for report in said.order_by("reported_on", "hlc")}
    return found | ({here.commitment_id: here} if isinstance(here, Report) else {})


def _verdicts(reports: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[str, int]]:
    """How many people confirm and dispute each report."""
    found: dict[uuid.UUID, dict[str, int]] = defaultdict(dict)
    if reports:
        said = Verdict.objects.filter(report__in=reports, removed=False, merged_into=None)
        for report, kind, people in said.values_list("report", "kind").annotate(Count("pk")).order_by():
            found[report][kind] = people
    return found


# ---- joints ----------------------------------------------------------------------------------------------


def _joint(thing: OfProgramme, told: Told) -> Joint:
    """The joint of a thing that the reader may see."""
    match thing:
        case Testimony():
            return _testimony(thing)
        case Quote():
            return _voice(thing, told)
        case Statement():
            return _statement(thing, told)
        case Finding():
            return _finding(thing, told.reader)
        case Problem() | Solution() | RoadmapRow():
            return _on_the_agenda(thing, told)
        case Commitment():
            return _promise(thing)
        case Outcome():
            return _outcome(thing)
        case Story():
            return _story(thing)
    raise TypeError(f"a {type(thing).__name__} is no joint of the golden thread")


def _on_the_agenda(thing: Problem | Solution | RoadmapRow, told: Told) -> Joint:
    match thing:
        case Problem():
            return Joint("problem", thing.title, str(thing.get_cycle_display()), thing.get_absolute_url())
        case Solution():
            return Joint("solution", thing.title, url=thing.problem.get_absolute_url())
        case RoadmapRow():
            evidence = endorsed(told.endorsements.get(thing.pk, []))
            return Joint("road", thing.action, evidence, thing.get_absolute_url(), _day(thing.adopted_on))


def _testimony(testimony: Testimony) -> Joint:
    words, when = _shortened(testimony.text) or _("A recording"), _day(testimony.given_on)
    return Joint("voice", words, url=testimony.get_absolute_url(), when=when, lang=testimony.language)


def _voice(quote: Quote, told: Told) -> Joint:
    theme = str(quote.theme) if quote.theme and told.reader.member else ""
    return Joint("voice", _shortened(quote.text), evidence=theme, lang=quote.language)


def _statement(statement: Statement, told: Told) -> Joint:
    if not statement.text:
        return Joint("statement", _("The words were taken back by the person who said them."))
    words, url = _shortened(statement.text), statement.get_absolute_url()
    return Joint("statement", words, _author(statement, told), url, lang=statement.language)


def _author(statement: Statement, told: Told) -> str:
    """Who said it first, where no quote stands before it: never a name. That nobody did is said too."""
    if statement.pk in told.proposed:
        return _("Proposed by somebody who took part")
    if told.voices.get(statement.pk):
        return ""
    return _("Written by those who run the dialogue. No voice stands behind it.")


def _voices_behind(statement: Statement, told: Told) -> list[Joint]:
    """What was said in the field: words where their voices consent, else that somebody said it."""
    quotes = told.voices.get(statement.pk, [])
    listens = told.reader.may(Permission.LISTEN)
    shown = [q for q in quotes if q.text and not q.removed and (listens or q.subject in told.quotable)]
    joints = [_voice(quote, told) for quote in shown[:MOST_VOICES]]
    if len(shown) > MOST_VOICES:
        joints.append(Joint("voice", _("And others who said the same.")))
    if len(shown) < len(quotes):
        joints.append(_kept_words(some=bool(shown)))
    return joints


def _kept_words(*, some: bool) -> Joint:
    if some:
        return Joint("voice", _("Others said it too. Their words are kept inside the programme."))
    return Joint("voice", _("It was said at a mine site. The words are kept inside the programme."))


def _finding(finding: Finding, reader: Reader) -> Joint:
    result, statement = Result.of_finding(finding), finding.statement
    url = statement.get_absolute_url()
    if reader.member:
        url = reverse("dialogue:finding", args=[finding.programme.slug, finding.pk])
    return Joint("group", result.sentence, agreement(result, reader), url, _day(statement.round.closed_at))


def agreement(result: Result, reader: Reader) -> str:
    """How many of those who voted agreed, as the reader may see it, and in how many groups."""
    groups = len(result.rows)
    said = {"voted": reader.count(result.voted), "groups": groups}
    if reader.member:
        sentence = ngettext(
            "%(agree)s of %(voted)s people agreed, in %(groups)d group.",
            "%(agree)s of %(voted)s people agreed, in %(groups)d groups.",
            groups,
        )
        return sentence % {**said, "agree": reader.count(result.agree)}
    if not enough(result.voted):
        return _("Fewer than ten people voted on it.")
    if (share := shown_share(result.agree, result.voted)) is None:
        return _("About %(people)s people voted on it.") % {"people": said["voted"]}
    sentence = ngettext(
        "%(share)s of about %(voted)s people agreed, in %(groups)d group.",
        "%(share)s of about %(voted)s people agreed, in %(groups)d groups.",
        groups,
    )
    return sentence % {**said, "share": share}


def endorsed(said: Sequence[Endorsement]) -> str:
    """By how many groups a row is endorsed, and how many of them have a reservation or are against it."""
    if not said:
        return _("No group has said yet where it stands.")
    against = sum(one.gradient >= Gradient.DISAGREE for one in said)
    reserved = sum(one.gradient < Gradient.DISAGREE and bool(one.reservation) for one in said)
    sentences = [
        ngettext("%(number)d group lets it go on.", "%(number)d groups let it go on.", len(said) - against)
        % {"number": len(said) - against}
    ]
    if reserved:
        sentences.append(
            ngettext("%(number)d has a reservation.", "%(number)d have a reservation.", reserved)
            % {"number": reserved}
        )
    if against:
        sentences.append(
            ngettext("%(number)d is against it.", "%(number)d are against it.", against) % {"number": against}
        )
    return " ".join(sentences)


def _promise(commitment: Commitment) -> Joint:
    owner = f"{commitment.owner_office}, {commitment.owner_organisation}"
    due = _("%(owner)s. Due on %(day)s.") % {"owner": owner, "day": _day(commitment.due_on)}
    url, when = commitment.get_absolute_url(), _day(commitment.made_on)
    return Joint("promise", commitment.promise, due, url, when)


def _reported(commitment: Commitment, told: Told) -> list[Joint]:
    """The last report on the promise, and what those say whom it concerns."""
    report, url = told.reports.get(commitment.pk), commitment.get_absolute_url()
    if report is None:
        return [Joint("report", unreported(commitment), waiting=True)]
    words, sentence, when = _shortened(report.text), status_sentence(report.status), _day(report.reported_on)
    said = Joint("report", words, sentence, url, when, here=report == told.here)
    return [said, *_verdict_joints(report, url, told)]


def unreported(commitment: Commitment) -> str:
    """What there is to say of a promise on which nobody has reported."""
    if commitment.due_on < timezone.localdate():
        return _("The day has passed, and nothing has been reported.")
    return _("Nothing has been reported yet.")


def status_sentence(status: str) -> str:
    """What the owner says of the promise, in a sentence."""
    return {
        Report.Status.DONE.value: _("The owner says that it is done."),
        Report.Status.ON_TRACK.value: _("The owner says that it is on track."),
        Report.Status.LATE.value: _("The owner says that it is late."),
        Report.Status.BLOCKED.value: _("The owner says that something stands in the way."),
    }[status]


def _verdict_joints(report: Report, url: str, told: Told) -> Iterator[Joint]:
    people = told.verdicts.get(report.pk, {})
    sentences = {
        Verdict.Kind.CONFIRM.value: _("People whom it concerns say: it is so."),
        Verdict.Kind.DISPUTE.value: _("People whom it concerns say: it is not so."),
    }
    for kind, sentence in sentences.items():
        if kind in people:
            evidence = _("People who said so: %(count)s") % {"count": told.reader.count(people[kind])}
            yield Joint(kind, sentence, evidence, url)


def _outcome(outcome: Outcome) -> Joint:
    evidence = _("Part of the dialogue in it: %(contribution)s, %(size)s, %(proof)s.") % {
        "contribution": outcome.get_contribution_display(),
        "size": outcome.get_size_display(),
        "proof": outcome.get_proof_display(),
    }
    words = f"{outcome.who}: {outcome.what}"
    return Joint("outcome", words, evidence, outcome.get_absolute_url(), outcome.when)


def _story(story: Story) -> Joint:
    words = story.title or _("The words were taken back by the person who said them.")
    draft = "" if story.published_on else _("Not told yet")
    return Joint("story", words, draft, story.get_absolute_url(), _day(story.published_on), story.language)


MARKS = {
    Testimony: "voice",
    Quote: "voice",
    Statement: "statement",
    Finding: "group",
    Problem: "problem",
    Solution: "solution",
    RoadmapRow: "road",
    Commitment: "promise",
    Outcome: "outcome",
    Story: "story",
}


def _kept_inside(thing: OfProgramme) -> Joint:
    return Joint(MARKS[type(thing)], _("This is kept inside the programme."))


def _waiting(thing: OfProgramme, told: Told) -> Joint | None:
    """What the road waits for after the thing."""
    missing = {
        Testimony: ("statement", _("No statement has come of it yet.")),
        Quote: ("statement", _("No statement has come of it yet.")),
        Statement: ("group", _("It has not been taken up yet.")),
        Finding: ("problem", _("It is not on the agenda yet.")),
        Problem: ("solution", _("There is no agreed answer yet.")),
        Solution: ("road", _("It is not on the roadmap yet.")),
        RoadmapRow: ("promise", _("Nobody has promised it yet.")),
        Commitment: ("outcome", _("No change has been seen yet.")),
    }.get(type(thing))
    if missing is None or (isinstance(thing, Commitment) and thing.pk not in told.reports):
        return None
    return Joint(*missing, waiting=True)


def _shortened(words: str) -> str:
    return Truncator(words).chars(LONGEST_WORDS)


def _day(day: date | None) -> str:
    return date_format(day, DAY) if day else ""


# ---- what happened to what I said? -----------------------------------------------------------------------

Contribution = Testimony | Statement | Verdict


@dataclass(frozen=True)
class Step:
    """One thing that happened to what somebody said: an icon's name, a sentence, the day if known.

    more: what belongs to it, in a sentence or two. url: where it is told of at length. subject: whose words
    are in the sentence, if anybody's, so that a recording of it goes when they are withdrawn. own: it is what
    they said themselves.
    """

    kind: str
    sentence: str
    when: str = ""
    more: str = ""
    url: str = ""
    subject: uuid.UUID | None = None
    own: bool = False

    @property
    def spoken(self) -> str:
        """The step as it is read out."""
        return f"{self.sentence} {self.more}".strip()


@dataclass(frozen=True)
class Answer:
    """What became of what the bearer of a trace code said, step by step. It tells nothing of the bearer."""

    code: str
    steps: tuple[Step, ...]

    @property
    def spoken_code(self) -> str:
        """The code in groups of four, to be read aloud."""
        return cards.spaced(self.code)

    @property
    def script(self) -> str:
        """All of it in words to be read out, a paragraph a step."""
        return "\n\n".join(step.spoken for step in self.steps) + "\n"


class Mistyped(Exception):
    """The digits are no trace code: missing, too many or wrong. Its text says so to who typed them."""


def answer(trace_code: str) -> Answer | None:
    """What happened to what the code was given for: a testimony, a statement, a verdict; None if unknown.

    Raises Mistyped when the digits cannot be right. Says nothing that a stranger who found the code may not
    read: no testimony, no quote, nobody's vote or verdict, no day on which somebody spoke.
    """
    found = said_under(trace_code)
    return answer_to(found) if found else None


def said_under(trace_code: str) -> Contribution | None:
    """What the code was given for, with its programme; None if unknown. Raises Mistyped."""
    code = cards.only_digits(trace_code)
    if len(code) != LENGTH or not code.isascii() or not code.isdigit():
        raise Mistyped(_("A trace code has twelve digits. Look at your slip and type it once more."))
    if not cards.is_sound(code):
        raise Mistyped(_("One of the digits is not right. Look at your slip and type it once more."))
    mine = {"trace_code": code, "removed": False}
    return (
        Testimony.objects.filter(**mine).select_related("programme").first()
        or Statement.objects.filter(trace_code=code).select_related("round", "programme").first()
        or Verdict.objects.filter(**mine).select_related("programme", "report__commitment__row").first()
    )


def answer_to(said: Contribution) -> Answer:
    """The answer to what somebody said, in the language of this request."""
    match said:
        case Testimony():
            steps = list(_of_testimony(said))
        case Statement():
            steps = list(_of_statement(said))
        case _:
            steps = list(_of_verdict(said))
    if not said.programme.public:
        steps = [replace(step, url="") for step in steps]
    return Answer(said.trace_code, tuple(steps))


def language_of(said: Contribution) -> str:
    """The language in which they spoke, by its code; of an answer about a promise the one on their card."""
    return said.participant.language if isinstance(said, Verdict) else said.language


def is_forgotten(row: Contribution) -> bool:
    """Whether whoever said it asked to be forgotten."""
    return row.subject is not None and Withdrawal.objects.filter(subject=row.subject).exists()


def _of_testimony(testimony: Testimony) -> Iterator[Step]:
    if is_forgotten(testimony):
        yield Step("voice", _("You asked us to forget what you said. It is erased."), own=True)
        return
    yield Step("voice", _("We heard what you said and wrote it down."), own=True)
    after = onward([testimony])
    statements = {
        s.pk: s for quote in after[testimony.pk] for s in after[quote.pk] if isinstance(s, Statement)
    }
    yield from _spoken_of_too(testimony)
    if not statements:
        yield Step("statement", _("We are still working with it. No statement has come of it yet."))
        yield _next(_("You can say it at the next gathering. Bring your slip; then people can vote on it."))
    others = _others_behind(list(statements), testimony)
    for statement in statements.values():
        yield from _of_words(statement, after, others=others[statement.pk])


def _next(what: str) -> Step:
    """What whoever said it can do now."""
    return Step("next", what)


def _spoken_of_too(testimony: Testimony) -> Iterator[Step]:
    """With how many others they spoke of the same, so that a voice is answered that no statement came of yet.

    Only of what ten or more spoke of: a stranger who found the slip reads it too.
    """
    mine = Quote.objects.filter(testimony=testimony, removed=False, theme__removed=False).exclude(text="")
    themes = dict(mine.order_by().values_list("theme", "theme__title"))
    same = Quote.objects.filter(theme__in=themes, removed=False).exclude(text="").order_by()
    spoken = same.values_list("theme").annotate(Count("subject", distinct=True))
    for theme, people in sorted(spoken, key=lambda each: (-about(each[1]), themes[each[0]])):
        if enough(people):
            said = {"people": shown_count(people), "theme": themes[theme]}
            yield Step("group", _("About %(people)s people spoke of the same: %(theme)s.") % said)


def _others_behind(statements: Sequence[uuid.UUID], testimony: Testimony) -> dict[uuid.UUID, int]:
    """From how many other testimonies each of the statements came."""
    tied = Source.objects.filter(statement__in=statements, removed=False).exclude(
        quote__testimony_id=testimony.pk
    )
    found: dict[uuid.UUID, int] = defaultdict(int)
    counted = tied.order_by().values_list("statement").annotate(Count("quote__testimony_id", distinct=True))
    found.update(dict(counted))
    return found


def _of_statement(statement: Statement) -> Iterator[Step]:
    if is_forgotten(statement):
        yield Step("statement", _("You asked us to forget what you said. It is erased."), own=True)
        return
    yield Step("statement", _("We received what you said."), own=True)
    yield from _of_words(statement, onward([statement]), others=0)


def _of_words(statement: Statement, after: Children, *, others: int) -> Iterator[Step]:
    """What happened to a statement, from the moderator to the outcome."""
    if not statement.text or statement.removed:
        yield Step("statement", _("It was taken out of the vote."))
    elif statement.state == Statement.State.PROPOSED:
        yield Step("statement", _("A moderator reads it before people can vote on it."))
    elif statement.state == Statement.State.REJECTED:
        yield from _refused(statement)
    elif statement.state == Statement.State.JOINED:
        yield from _in_others(statement, after)
    elif statement.round.kept_apart:
        yield Step("lock", _("A group speaks about it by itself. It tells the others when it agrees to."))
    else:
        yield _put_to_the_vote(statement, others)
        yield _voted(statement)
        yield from _found(statement, after)
        yield from _carried_on(statement, after)


def _refused(statement: Statement) -> Iterator[Step]:
    """Why it was not put to the vote, and how to say it so that it can be."""
    reason = statement.get_reason_display() or _("No reason was given.")
    yield Step("statement", _("It was not put to the vote. The reason: %(reason)s") % {"reason": reason})
    yield _next(str(AGAIN.get(statement.reason, _("You can ask a facilitator why, and say it anew."))))


# How to say anew what was refused, by the reason.
AGAIN: dict[str, Any] = {
    Statement.Reason.SAME: gettext_lazy("You can vote on the statement that says the same."),
    Statement.Reason.PERSON: gettext_lazy("You can say it once more, without the name or the place."),
    Statement.Reason.TOPIC: gettext_lazy("You can say it where that question is asked."),
    Statement.Reason.MANY: gettext_lazy("You can say one thing at a time, each by itself."),
    Statement.Reason.UNCLEAR: gettext_lazy("You can say it in other words; a facilitator helps you."),
    Statement.Reason.HURTS: gettext_lazy("You can say what is wrong, without insulting anybody."),
}


def _in_others(statement: Statement, after: Children) -> Iterator[Step]:
    """Into what the statement was joined, split or carried, and what happened to that. It names nobody."""
    into = [each for each in after[statement.pk] if isinstance(each, Statement)]
    how = dict(
        Descent.objects.filter(parent=statement, removed=False, merged_into=None).values_list(
            "statement", "how"
        )
    )
    if not into:
        yield Step("statement", _("It was taken out of the vote."))
    for each in into:
        yield Step("statement", str(HOW_IT_WENT_ON[how[each.pk]]))
        yield from _of_words(each, after, others=0)


def _carried_on(statement: Statement, after: Children) -> Iterator[Step]:
    """What happened to it in later rounds, in which it is asked again while it stands in its own."""
    for later in after[statement.pk]:
        if not isinstance(later, Statement):
            continue
        if later.round.kept_apart or later.round.hidden:
            yield Step("statement", _("It was carried on to a later round."))
        else:
            [asked] = in_the_readers_language([later.round])
            said = {"question": asked.said.text}
            yield Step("statement", _("It was carried on to a later round: “%(question)s”") % said)
            yield from _of_words(later, after, others=0)


HOW_IT_WENT_ON: dict[str, Any] = {
    Descent.How.JOINED: gettext_lazy("It was joined with what others said, and goes on with it."),
    Descent.How.SPLIT: gettext_lazy("It said several things, and was split. This is one of them."),
    Descent.How.CARRIED: gettext_lazy("It was kept for a later round."),
}


def _put_to_the_vote(statement: Statement, others: int) -> Step:
    """In which words; with how many others it was grouped, unless so few that they would be known."""
    [asked] = in_the_readers_language([statement])
    words = {"words": asked.said.text, "others": in_words(others)}
    sentence = _("It was put to the vote in these words: “%(words)s”")
    if enough(others):
        sentence = _("With what %(others)s others said, it was put to the vote in these words: “%(words)s”")
    url = statement.get_absolute_url() if _is_voted_on(statement) else ""
    return Step("statement", sentence % words, url=url, subject=statement.subject)


def _voted(statement: Statement) -> Step:
    round_ = statement.round
    if round_.opened_at is None or round_.hidden:
        return Step("statement", _("The vote has not begun yet."))
    if round_.is_open():
        return Step("group", _("People are voting on it now."), _day(round_.opened_at))
    if not round_.is_closed():
        return Step("group", _("The vote on it is paused, and goes on later."), _day(round_.opened_at))
    people = Vote.objects.filter(statement=statement).count()
    if not enough(people):
        return Step("group", _("Fewer than ten people voted on it."), _day(round_.closed_at))
    sentence = _("About %(people)s people voted on it.") % {"people": shown_count(people)}
    return Step("group", sentence, _day(round_.closed_at))


def _found(statement: Statement, after: Children) -> Iterator[Step]:
    """What the groups said, and what was made of it."""
    if not statement.round.shows_results():
        return
    findings = [f for f in after[statement.pk] if isinstance(f, Finding)]
    if not findings:
        yield from _not_taken_up(statement)
    for finding in findings[-1:]:
        result = Result.of_finding(finding)
        yield Step("group", result.sentence, more=by_group(result))
        things = after[finding.pk]
        for thing in things:
            yield from _on_from(thing, after)
        if not things:
            yield Step("problem", _("It is not on the agenda yet."), more=_why_not(result.label))
            yield _next(_("You can ask at the next gathering that it is taken up."))


def _not_taken_up(statement: Statement) -> Iterator[Step]:
    """That nobody took it up, why as far as the vote says it, and what is left to do."""
    snapshot = statement.round.snapshot
    drawn = snapshot.finding_of(statement.pk) if snapshot else None
    result = Result.of(drawn, statement) if drawn else None
    why = f"{result.sentence} {by_group(result)}" if result else ""
    yield Step("group", _("It was not taken up so far."), more=why)
    if statement.round.is_closed():
        yield _next(_("You can propose it anew in the next round, or ask a facilitator to carry it on."))


def _why_not(label: str) -> str:
    return "" if label == "common ground" else _("Only what every group can live with goes on the agenda.")


def by_group(result: Result) -> str:
    """What each group said of it, in words: "Most agree: panners, traders. Divided: chiefs." """
    said: dict[str, list[str]] = defaultdict(list)
    for row in result.rows:
        said[row.word].append(row.label)
    return " ".join(f"{word[:1].upper()}{word[1:]}: {', '.join(names)}." for word, names in said.items())


def _on_from(thing: OfProgramme, after: Children) -> Iterator[Step]:
    """The steps from a thing on the agenda to where the road ends, and what it waits for there."""
    things = [thing, *_below(thing, after)]
    told = Told.of(things, PUBLIC, here=thing)
    standing = _standing([each for each in things if isinstance(each, Commitment)])
    why = _causes([each.pk for each in things if isinstance(each, Problem)])
    apart = _disagreements(list(why))
    for each in things:
        if told.shows(each):
            yield from _step(each, told, standing, why)
            yield from apart.get(each.pk, [])
            if not after.get(each.pk):
                yield from _ends_here(each, told)
    if not all(told.shows(each) for each in things if not isinstance(each, Story)):
        yield Step("lock", _("Some of what followed is kept inside the programme."))


def _standing(promised: Sequence[Commitment]) -> dict[uuid.UUID, Standing]:
    if not promised:
        return {}
    rows = as_they_stand(Commitment.objects.filter(pk__in=[each.pk for each in promised]))
    return {row.pk: Standing.of(row) for row in rows}


def _causes(problems: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Why each of the problems is there, as the groups say, in a sentence; empty where they did not."""
    found: dict[uuid.UUID, list[str]] = {pk: [] for pk in problems}
    rows = Cause.objects.filter(problem__in=problems, under=None, removed=False, merged_into=None)
    if problems:
        for problem, text in rows.order_by("position", "hlc").values_list("problem", "text"):
            found[problem].append(f"“{text}”")
    said = _("Why it is so, as the groups say: %(causes)s.")
    return {pk: said % {"causes": ", ".join(causes)} if causes else "" for pk, causes in found.items()}


def _disagreements(problems: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Step]]:
    """On what the groups agree that they disagree, by problem: what each says, and what would settle it."""
    found: dict[uuid.UUID, list[Step]] = defaultdict(list)
    if not problems:
        return found
    rows = Disagreement.objects.filter(problem__in=problems, removed=False, merged_into=None).order_by("hlc")
    said = Side.objects.filter(disagreement__in=rows.order_by(), removed=False, merged_into=None)
    sides: dict[uuid.UUID, list[str]] = defaultdict(list)
    for side in said.select_related("constituency").order_by("constituency__position"):
        sides[side.disagreement_id].append(f"{side.constituency}: “{side.words}”")
    for row in rows:
        end = _("It was settled: %(how)s") % {"how": row.settled} if row.settled else ""
        end = end or _("What would settle it: %(how)s") % {"how": row.would_settle}
        sentence = _("The groups agree that they disagree: “%(question)s”") % {"question": row.question}
        found[row.problem_id].append(Step("divided", sentence, more=" ".join([*sides[row.pk], end])))
    return found


def _below(thing: OfProgramme, after: Children) -> list[OfProgramme]:
    return [each for child in after.get(thing.pk, []) for each in _depth_first(child, after)]


def _ends_here(thing: OfProgramme, told: Told) -> Iterator[Step]:
    """What the road waits for after its last thing, and what can be done about it."""
    if (missing := _waiting(thing, told)) is None:
        return
    yield Step(missing.kind, missing.words)
    if (kind := type(thing)) in WHO_GOES_ON:
        yield _next(str(WHO_GOES_ON[kind]))


# What can be done where the road stops.
WHO_GOES_ON: dict[type, Any] = {
    Problem: gettext_lazy("You can propose an answer to it in the next round about solutions."),
    Solution: gettext_lazy("You can ask the leadership group to put it on the roadmap."),
    RoadmapRow: gettext_lazy("You can ask the leadership group who will promise it."),
}


def _step(
    thing: OfProgramme, told: Told, standing: dict[uuid.UUID, Standing], why: dict[uuid.UUID, str]
) -> Iterator[Step]:
    match thing:
        case Problem():
            sentence = _("It is on the agenda: “%(title)s”") % {"title": thing.title}
            yield Step("problem", sentence, more=why[thing.pk], url=thing.get_absolute_url())
        case Solution():
            sentence = _("This was taken up as an answer: “%(title)s”") % {"title": thing.title}
            yield Step("solution", sentence, url=thing.problem.get_absolute_url())
        case RoadmapRow():
            yield _decided(thing, told.endorsements.get(thing.pk, []))
        case Commitment():
            yield from _promised(thing, told, standing[thing.pk])
        case Outcome():
            said = {"who": thing.who, "what": thing.what, "proof": thing.get_proof_display()}
            sentence = _("What changed: %(who)s: %(what)s (%(proof)s).") % said
            yield Step("outcome", sentence, thing.when, url=thing.get_absolute_url())
        case Story():
            sentence = _("A story tells of it: “%(title)s”.") % {"title": thing.title}
            when, url = _day(thing.published_on), thing.get_absolute_url()
            yield Step("story", sentence, when, url=url, subject=thing.subject)


def _decided(row: RoadmapRow, said_of_it: Sequence[Endorsement]) -> Step:
    said = {"action": row.action, "office": f"{row.owner_office}, {row.owner_organisation}"}
    said["day"] = _day(row.due_on)
    if row.adopted_on is None:
        sentence = _("This was proposed for the roadmap: “%(action)s”.") % said
        return Step("road", sentence, url=row.get_absolute_url())
    sentence = _("It was decided: “%(action)s”, by %(day)s. It is led by: %(office)s.") % said
    reserved = [f"{one.constituency}: “{one.reservation}”" for one in said_of_it if one.reservation]
    more = " ".join([endorsed(said_of_it), *reserved]) if said_of_it else ""
    return Step("road", sentence, _day(row.adopted_on), more, row.get_absolute_url())


def _promised(commitment: Commitment, told: Told, standing: Standing) -> Iterator[Step]:
    """Promised, done or not done, with the days of silence, confirmed or disputed."""
    said = {"promise": commitment.promise, "day": _day(commitment.due_on)}
    said["office"] = f"{commitment.owner_office}, {commitment.owner_organisation}"
    sentence = _("A promise was made: “%(promise)s”, by %(day)s. It was made by: %(office)s.") % said
    yield Step("promise", sentence, _day(commitment.made_on), url=commitment.get_absolute_url())
    report = told.reports.get(commitment.pk)
    if report is None:
        yield Step("report", standing.sentence)
        return
    owner = status_sentence(report.status)
    stands = "" if standing.sentence == owner or standing.stands is Stands.DISPUTED else standing.sentence
    yield Step("report", owner, _day(report.reported_on), stands.removeprefix(owner).strip())
    yield from _confirmed(report)


def _confirmed(report: Report) -> Iterator[Step]:
    """Who confirms and who disputes the report, never told closer than the public may know."""
    said = said_of([report])[report.pk]
    so, not_so = said.sentences(exact=False)
    yield Step("confirm", so)
    reasons = " ".join(f"“{reason}”" for reason in said.reasons_to_read(exact=False))
    yield Step("dispute", not_so, more=reasons)
    if said.dispute:
        yield Step("next", _("The owner has to answer that in a new report."))


def _of_verdict(verdict: Verdict) -> Iterator[Step]:
    """That the answer was counted, and what became of the promise. Not what the answer was."""
    if is_forgotten(verdict):
        yield Step("report", _("You asked us to forget what you said. It is erased."), own=True)
        return
    commitment = verdict.report.commitment
    yield Step("report", _("We counted your answer about a promise."), own=True)
    yield from _on_from(commitment, onward([commitment]))


# ---- what came of what I voted on ------------------------------------------------------------------------


@dataclass(frozen=True)
class Voted:
    """What came of a statement that somebody answered; never how they did."""

    statement: Statement
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class OfVotes:
    """What came of all that a participant answered: how many statements, and those that were taken up."""

    answered: int
    taken_up: tuple[Voted, ...]


def answer_to_votes(participant: Participant) -> OfVotes:
    """What came of the statements that the participant voted on or marked, as far as everybody may see it."""
    mine = {"participant": participant}
    answered = {*Vote.objects.filter(**mine).values_list("statement", flat=True)}
    answered |= {*Mark.objects.filter(**mine).values_list("statement", flat=True)}
    rows = Statement.objects.filter(pk__in=answered, removed=False).exclude(text="")
    rows = rows.select_related("round", "programme").order_by("round__opened_at", "position", "pk")
    said = [row for row in in_the_readers_language(rows) if _is_voted_on(row) and row.round.shows_results()]
    after = onward(said)
    taken_up = [row for row in said if any(isinstance(each, Finding) for each in after[row.pk])]
    return OfVotes(len(answered), tuple(Voted(row, tuple(_found(row, after))) for row in taken_up))
