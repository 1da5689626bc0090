"""What is heard in the demo programme's field research: testimonies, how they were coded, forms that wait."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from jukwaa.dialogue.phone import speech
from jukwaa.field import actions
from jukwaa.field.coding import actions as coding
from jukwaa.field.collect import actions as collect
from jukwaa.field.collect.xlsform import read_sheet, ready_forms
from jukwaa.field.media import Recording, Refused
from jukwaa.field.models import Edition, Quote, Testimony, Theme
from jukwaa.field.voices import actions as voices
from jukwaa.field.voices.times import Segment
from jukwaa.programmes.cards import Draw
from jukwaa.programmes.models import Member, Participant, Purpose, Role
from jukwaa.web.geita import words
from jukwaa.web.geita.people import Cast, agree_to

# How long espeak-ng takes for a letter of Swahili, in seconds.
A_LETTER = 0.102
# Of the quotes, in their order: whom the second coder saw differently (and how it was settled, if it was),
# which one person alone coded, and which nobody has.
SEEN_OTHERWISE: dict[int, tuple[dict[str, str], bool]] = {
    4: ({"theme": "Living beside each other"}, True),
    9: ({"theme": "Women's work and safety"}, True),
    12: ({"when": "past"}, True),
    17: ({"theme": "Safety underground"}, False),
    20: ({"sort": "proposal"}, True),
    23: ({"theme": "Finance and markets", "when": "past"}, False),
}
CODED_ONCE = {21, 26, 29}
NOT_CODED = {13, 31, 33}
NOT_CHECKED = {27, 30, 33}
WHEN = ("present", "present", "past", "present", "future")


@dataclass(frozen=True)
class Heard:
    """The testimonies, the quotes by their words, and what each is about."""

    testimonies: list[Testimony] = field(default_factory=list)
    quotes: dict[str, Quote] = field(default_factory=dict)


def listen(cast: Cast, on: date, draw: Draw) -> Heard:
    """Record what some thirty people told, take their words out as quotes, and code them by two."""
    researcher = cast.member(Role.RESEARCHER)
    heard = Heard()
    with transaction.atomic():
        themes = {
            title: actions.add_theme(
                programme=cast.programme, title=title, cycle=cycle, meaning=meaning, by=researcher
            )
            for title, cycle, meaning in words.THEMES
        }
        about: dict[str, Theme] = {}
        for number, voice in enumerate([*words.VOICES, *words.SHORT]):
            teller = _teller(cast, voice, heard)
            agree_to(cast, teller, Purpose.QUOTE, on)
            testimony = actions.record_testimony(
                programme=cast.programme,
                voice=teller,
                place=cast.places[voice.place],
                language=voice.language,
                text=voice.text,
                audio=_spoken(voice) if number == 0 else None,
                given_on=on + timedelta(days=number // 3),
                by=researcher,
                draw=draw,
            )
            heard.testimonies.append(testimony)
            for text, theme in voice.quotes:
                # The last are the coordinator's, so that there is something for the researcher to check.
                taker = cast.member(Role.COORDINATOR) if len(about) in NOT_CHECKED else researcher
                quote = actions.take_quote(testimony=testimony, text=text, by=taker)
                heard.quotes[text], about[text] = quote, themes[theme]
        _code(cast, heard, about, themes)
        _check(cast, heard)
        _write_down(cast, heard.testimonies[0])
    return heard


def _teller(cast: Cast, voice: words.Voice, heard: Heard) -> Participant:
    """Somebody of that group and gender who has not told anything yet."""
    told = {testimony.subject for testimony in heard.testimonies}
    people = cast.people[voice.constituency]
    return next(p for p in people if p.gender == voice.gender and p.pk not in told)


def _spoken(voice: words.Voice) -> Recording | None:
    """The words as the machine reads them out, where there is one: nobody's own voice is in a demo."""
    try:
        return speech.say(voice.text, voice.language)
    except Refused:
        return None


def _code(cast: Cast, heard: Heard, about: dict[str, Theme], themes: dict[str, Theme]) -> None:
    """Two code each quote without seeing each other; most of what they see differently is settled."""
    first, second = cast.member(Role.RESEARCHER), cast.member(Role.COORDINATOR)
    for number, (text, quote) in enumerate(heard.quotes.items()):
        said: dict[str, Any] = {
            "theme": about[text],
            "cycle": about[text].cycle,
            "sort": "proposal" if text in words.PROPOSALS else "problem",
            "when": WHEN[number % len(WHEN)],
        }
        if number in NOT_CODED:
            continue
        coding.code_quote(quote=quote, by=first, **said)
        if number in CODED_ONCE:
            continue
        otherwise, settled = SEEN_OTHERWISE.get(number, ({}, False))
        seen = themes.get(otherwise.get("theme", ""), about[text])
        coding.code_quote(quote=quote, by=second, **(said | otherwise | {"theme": seen}))
        if settled:
            coding.settle_code(quote=quote, by=first, **said)


def _check(cast: Cast, heard: Heard) -> None:
    """Who did not take a quote reads whether it tells who spoke; the last ones wait."""
    for number, (text, quote) in enumerate(heard.quotes.items()):
        if number not in NOT_CHECKED:
            heard.quotes[text] = coding.check_quote(quote=quote, by=cast.member(Role.COORDINATOR))


def _write_down(cast: Cast, testimony: Testimony) -> None:
    """The first testimony, sentence by sentence with its times, in English, and in a machine's French."""
    researcher = cast.member(Role.RESEARCHER)
    at, segments = 0.0, []
    for sentence in words.SENTENCES:
        end = at + len(sentence.sw) * A_LETTER
        segments.append(Segment(start=round(at, 1), end=round(end, 1), words=sentence.sw))
        at = end
    if not testimony.audio:
        segments = [Segment(start=None, end=None, words=part["words"]) for part in segments]
    heard = voices.write_down(testimony=testimony, segments=segments, by=researcher)
    for language, machine in (("en", ""), ("fr", "a translation program")):
        said = [
            Segment(start=part["start"], end=part["end"], words=getattr(sentence, language))
            for part, sentence in zip(segments, words.SENTENCES, strict=True)
        ]
        written = voices.translate_testimony(
            testimony=testimony,
            segments=said,
            language=language,
            machine=machine,
            source=heard,
            by=researcher,
        )
        if not machine:
            voices.review_writing(writing=written, by=cast.member(Role.COORDINATOR))


def draft(cast: Cast, heard: Heard) -> None:
    """Offer two drafts of quotes that say the same to those who run rounds."""
    for text, quotes in words.DRAFTS:
        coding.offer_draft(
            programme=cast.programme,
            text=text,
            language="en",
            quotes=[heard.quotes[quote] for quote in quotes],
            by=cast.member(Role.RESEARCHER),
        )


def _published(cast: Cast, sheet: bytes, by: Member) -> Edition:
    """A form as phones fetch it and as a page asks it."""
    made = read_sheet(sheet, card=words.REFERRAL_CARD)
    edition = collect.add_edition(programme=cast.programme, made=made, sheet=sheet, by=by)
    return collect.publish_edition(edition=edition, by=by)


def receive_forms(cast: Cast, at: datetime, draw: Draw) -> None:
    """Three testimony forms from Asha's phone; one became testimonies of somebody without a card."""
    researcher = cast.member(Role.RESEARCHER)
    collect.write_referral_card(programme=cast.programme, words=words.REFERRAL_CARD, by=researcher)
    published = {name: _published(cast, sheet, researcher) for name, sheet in ready_forms().items()}
    edition = published["testimony"]
    phone, _token = collect.add_collector(programme=cast.programme, name="Asha", by=researcher)
    for number, filled in enumerate(words.FORMS):
        xml = words.FORM.format(number=number, form=edition.form.form_id, version=edition.version, **filled)
        sent = collect.receive_submission(
            collector=phone, xml=xml.encode(), at=at + timedelta(minutes=40 * number)
        )
        if number == 0:
            voices.make_testimonies(
                submission=sent.submission,
                constituency=cast.constituencies["Pit workers"],
                place=cast.places[filled["place"]],
                by=researcher,
                draw=draw,
            )
