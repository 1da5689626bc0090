"""Makes an open round with phones that may vote in it, and tells which of their votes were kept.

`python -m tests.open_round PHONES STATEMENTS` makes it and prints {path, cookies, secrets, statements};
`python -m tests.open_round votes` prints [cookie, statement, choice] of each vote, and `… events` how many
events say that one was cast. All in JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.urls import reverse  # noqa: E402

from jukwaa.dialogue.models import Vote  # noqa: E402
from jukwaa.programmes import access, actions  # noqa: E402
from jukwaa.programmes.models import Participant, Programme, Purpose  # noqa: E402
from jukwaa.record.models import Event  # noqa: E402
from tests import make  # noqa: E402

GROUPS = 8


def main(words: list[str]) -> None:
    """Make the round, or tell its votes."""
    if words == ["votes"]:
        json.dump(votes(), sys.stdout)
    elif words == ["events"]:
        json.dump(Event.objects.filter(verb="dialogue.vote_cast").count(), sys.stdout)
    else:
        phones, statements = map(int, words)
        json.dump(open_round(phones=phones, statements=statements), sys.stdout)


def open_round(*, phones: int, statements: int) -> dict[str, object]:
    """Make the round, and give each of so many people a card; their cookies are kept in the home folder."""
    programme = make.programme()
    round_ = make.round_(programme, opened=True, statements=statements)
    everybody = people(programme, count=phones)
    cards = [make.card(person) for person in everybody]
    # The signature has a time in it, so a cookie is not made twice the same.
    holders = {access.sign_card(card): str(card.participant_id) for card, _ in cards}
    remembered().write_text(json.dumps(holders), encoding="utf-8")
    return {
        "path": reverse("dialogue:vote", args=[programme.slug, round_.pk]),
        "cookies": list(holders),
        "secrets": [minted.secret for _, minted in cards],
        "statements": [str(pk) for pk in round_.statements.values_list("pk", flat=True)],
    }


def people(programme: Programme, *, count: int) -> list[Participant]:
    """So many people of eight groups, who agreed to take part."""
    groups = [make.constituency(programme) for _ in range(GROUPS)]
    shares = [len(range(place, count, GROUPS)) for place in range(GROUPS)]
    found = [
        person
        for group, share in zip(groups, shares, strict=True)
        for person in actions.add_participants(programme=programme, constituency=group, count=share, by=None)
    ]
    for person in found:
        make.consent(person, Purpose.TAKE_PART)
    return found


def votes() -> list[tuple[str, str, int]]:
    """The votes in the database, by the cookie of who cast them."""
    holders = json.loads(remembered().read_text(encoding="utf-8"))
    cookies = {person: cookie for cookie, person in holders.items()}
    kept = Vote.objects.values_list("participant_id", "statement_id", "choice")
    return [(cookies[str(person)], str(statement), choice) for person, statement, choice in kept]


def remembered() -> Path:
    """The file that says whose each cookie is."""
    return Path(settings.JUKWAA_HOME) / "phones.json"


if __name__ == "__main__":
    main(sys.argv[1:])
