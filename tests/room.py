"""Makes a room of people with cards, before a gathering with an open round and a facilitator.

`python -m tests.room PEOPLE STATEMENTS` prints {programme, gathering, round, login, password, cards} in JSON.
`served_room` serves it, each test of a browser with a card that no other takes.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.served import environment_of, migrate, run, served

# As long as a statement may be: 280 letters.
WORDS = (
    "Statement %s: the buyers at the market pay less than the price that stands on the board, weigh with "
    "scales that nobody has checked since the rains, and hand out no receipt; who asks for one waits until "
    "dusk, when the road is no longer safe, and then sells to the first who comes along w"
)
READ_IN = ("en", "sw", "fr")


class Room(NamedTuple):
    """Where it is served, its addresses there, and the numbers of the cards that nobody has shown yet."""

    site: str
    programme: str
    gathering: str
    round: str
    login: str
    password: str
    cards: list[str]


@contextlib.contextmanager
def served_room(
    home: Path, *, people: int, statements: int, environment: dict[str, str] | None = None
) -> Iterator[Room]:
    """Make the room and serve it for the length of a block."""
    around = environment or environment_of(home)
    migrate(home, around)
    told = json.loads(run([sys.executable, "-m", "tests.room", str(people), str(statements)], around))
    with served(home, around) as server:
        yield Room(site=f"http://127.0.0.1:{server.port}", **told)


def main(people: int, statements: int) -> None:
    """Make the room and tell it."""
    import django

    django.setup()
    from jukwaa.dialogue import actions as dialogue
    from jukwaa.dialogue.actions import LONGEST_STATEMENT
    from jukwaa.dialogue.phone import actions as phone
    from jukwaa.field.media import Photo, Recording
    from jukwaa.programmes.models import Account
    from tests import make

    round_ = make.round_()
    programme = round_.programme
    for number in range(statements):
        said = make.statement(round_, text=(WORDS % (number + 1))[:LONGEST_STATEMENT], language="suk")
        for language in READ_IN:
            words = {"row": said, "text": said.text, "made_by": "a speaker", "by": None}
            dialogue.translate(language=language, **words)
            phone.keep_voice(of=said, language=language, sound=Recording(b"OggS", "audio/ogg"), by=None)
        phone.choose_picture(statement=said, picture="water", by=None)
        phone.set_photo(statement=said, photo=Photo(b"\xff\xd8"), by=None)
        phone.keep_voice(of=said, language="suk", sound=Recording(b"OggS", "audio/ogg"), by=None)
    dialogue.open_round(round=round_, by=None)
    flo = make.member(programme)
    cards = [make.card(make.participant(programme, language="en"))[1].number for _ in range(people)]
    here = f"/p/{programme.slug}/"
    told = {
        "programme": here,
        "gathering": f"{here}dialogue/gatherings/{round_.gathering_id}/",
        "round": f"{here}dialogue/rounds/{round_.pk}/",
        "login": Account.objects.get(pk=flo.account).login,
        "password": make.PASSWORD,
        "cards": cards,
    }
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
