"""What a filled-in testimony form says, and which of them wait to become testimonies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, QuerySet

from jukwaa.field.collect.openrosa import is_of_a_child
from jukwaa.field.collect.queries import attachments
from jukwaa.field.models import Attachment, Submission, Testimony, Writing
from jukwaa.field.queries import writings
from jukwaa.field.voices.times import Segment
from jukwaa.programmes.cards import is_sound, only_digits
from jukwaa.programmes.models import AgeBand, Consent, Gender, Member, Participant, Programme
from jukwaa.programmes.queries import card_by_number, opens, standing

FORM_ID = "jukwaa_testimony"
ABOUT = Testimony.About


def waiting(programme: Programme) -> QuerySet[Submission]:
    """Filled-in testimony forms that are no testimonies yet, the earliest first; rejected ones left out."""
    made = Testimony.objects.filter(submission=OuterRef("pk"))
    found = standing(Submission.objects.filter(programme=programme, form_id=FORM_ID))
    found = found.exclude(review=Submission.Review.REJECTED).filter(~Exists(made))
    return found.select_related("collector").order_by("received_at", "id")


@dataclass(frozen=True)
class Spoken:
    """An answer of the form: what was asked, the words, and the recording, where there are any."""

    about: str
    words: str
    sound: Attachment | None


@dataclass(frozen=True)
class Filled:
    """What a testimony form says. child: whether it names an age under 18; then nothing else is read.

    missing: names of recordings that are still on the phone. card: the digits as they were typed.
    """

    child: bool
    agreed: bool = False
    way: str = ""
    witness: str = ""
    may_quote: bool = False
    may_voice: bool = False
    card: str = ""
    place: str = ""
    role: str = ""
    gender: str = ""
    age_band: str = ""
    language: str = ""
    danger: bool = True
    photo: Attachment | None = None
    consent_voice: Attachment | None = None
    spoken: list[Spoken] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


AGES = {"18_24": AgeBand.YOUNG, "25_34": AgeBand.ADULT, "35_54": AgeBand.MIDDLE, "55": AgeBand.ELDER}


def is_child(submission: Submission) -> bool:
    """Whether the form says that the person who spoke is under 18."""
    return any(is_of_a_child(path, said) for path, said in submission.answers.items())


def read(submission: Submission) -> Filled:
    """What the form says; of a child, nothing but that it is one."""
    if is_child(submission):
        return Filled(child=True)
    said = {path.rpartition("/")[2]: words for path, words in submission.answers.items() if words}
    files: dict[str, Attachment] = {}
    for each in attachments(submission):  # of each name the newest comes first
        files.setdefault(each.name, each)
    names = [said[name] for name in (*ABOUT.values, "photo", "consent_voice") if name in said]
    gender = said.get("gender", "")
    return Filled(
        child=False,
        agreed=said.get("agreed") == "yes",
        way=said.get("consent_by", "") if said.get("consent_by") in Consent.Way.values else "",
        witness=said.get("witness", ""),
        may_quote=said.get("may_quote") == "yes",
        may_voice=said.get("may_voice") == "yes",
        card=only_digits(said.get("card", "")),
        place=said.get("place", ""),
        role=said.get("role", ""),
        gender=gender if gender in Gender.values else "",
        age_band=AGES.get(said.get("age", ""), AgeBand.UNSAID).value,
        language=said.get("language", ""),
        # What was not answered is taken for the worse.
        danger=said.get("danger") != "no",
        photo=files.get(said.get("photo", "")),
        consent_voice=files.get(said.get("consent_voice", "")),
        spoken=list(_spoken(said, files)),
        missing=[name for name in names if name not in files],
    )


def _spoken(said: dict[str, str], files: dict[str, Attachment]) -> Iterator[Spoken]:
    for about in ABOUT.values:
        words, sound = said.get(f"{about}_words", ""), files.get(said.get(about, ""))
        if words or sound:
            yield Spoken(about, words, sound)


def holder(filled: Filled, programme: Programme) -> Participant | None:
    """Who has the card whose number was typed, if it is one that was handed out and still opens."""
    if len(filled.card) != 16 or not is_sound(filled.card):
        return None
    card = card_by_number(filled.card, programme=programme)
    return card.participant if card is not None and opens(card) else None


def speaker(submission: Submission, filled: Filled) -> Participant | None:
    """Who is known to have spoken: who filled it in with their own card, or whose card's number was typed."""
    people = standing(Participant.objects.filter(programme=submission.programme_id, cards__isnull=False))
    own = people.filter(pk=submission.subject).first() if submission.subject else None
    return own or holder(filled, submission.programme)


def made_of(submission: Submission) -> QuerySet[Testimony]:
    """The testimonies that were made of the form, with their words or forgotten."""
    return Testimony.objects.filter(submission=submission)


# ---- written down and translated ---------------------------------------------------------------------------


def transcript(testimony: Testimony) -> Writing | None:
    """The newest writing of what was heard that words may be taken from, in the testimony's own language."""
    return next((each for each in writings(testimony) if not each.translation and each.holds), None)


def newest_transcript(testimony: Testimony) -> Writing | None:
    """The newest writing of what was heard, a machine's draft too: where whoever writes goes on from."""
    return next((each for each in writings(testimony) if not each.translation), None)


def translations(testimony: Testimony) -> list[Writing]:
    """The newest translation into each language, in the order of the languages' codes."""
    newest: dict[str, Writing] = {}
    for each in writings(testimony):
        if each.translation:
            newest.setdefault(each.language, each)
    return [newest[language] for language in sorted(newest)]


def parts(testimony: Testimony) -> list[Segment]:
    """What was said, in parts: as they were written down with their times, else paragraph by paragraph."""
    found = transcript(testimony)
    if found and any(part["start"] is not None for part in found.segments):
        return list(found.segments)
    return [
        Segment(start=None, end=None, words=line.strip())
        for line in testimony.text.splitlines()
        if line.strip()
    ]


def to_review(programme: Programme, member: Member) -> QuerySet[Writing]:
    """Translations and machines' drafts that no second person has read; not those that one wrote oneself."""
    found = standing(Writing.objects.filter(programme=programme, reviewed_by=None)).exclude(text="")
    found = found.filter(Q(translation=True) | ~Q(machine="")).exclude(written_by=member)
    return found.select_related("testimony", "written_by").order_by("hlc", "pk")
