"""Makes a programme with the two ready forms published, a researcher and somebody with a card, and serves it.

`python -m tests.field_room` prints {forms, testimony, site_profile, login, password, card} in JSON.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.served import environment_of, migrate, run, served


class FieldRoom(NamedTuple):
    """Where it is served and kept; paths of the forms' pages; who may log in, and a card's number."""

    site: str
    home: Path
    forms: str
    testimony: str
    site_profile: str
    login: str
    password: str
    card: str


@contextlib.contextmanager
def served_field_room(home: Path) -> Iterator[FieldRoom]:
    """Make it and serve it for the length of a block."""
    around = environment_of(home)
    migrate(home, around)
    told = json.loads(run([sys.executable, "-m", "tests.field_room"], around))
    with served(home, around) as server:
        yield FieldRoom(site=f"http://127.0.0.1:{server.port}", home=home, **told)


def main() -> None:
    """Make it and tell it."""
    import django

    django.setup()
    from jukwaa.field.collect import actions as collect
    from jukwaa.field.collect.xlsform import read_sheet, ready_forms
    from jukwaa.field.plain import actions as plain
    from jukwaa.programmes.models import Account, Role
    from tests import make

    asha = make.member(role=Role.RESEARCHER)
    ann = make.participant(asha.programme, language="en")
    make.consent(ann, "take_part")
    paths = {}
    for name, sheet in ready_forms().items():
        draft = collect.add_edition(programme=asha.programme, made=read_sheet(sheet), sheet=sheet, by=None)
        edition = collect.publish_edition(edition=draft, by=None)
        plain.let_cards_fill_in(form=edition.form, allowed=True, by=None)
        paths[name] = f"/p/{asha.programme.slug}/field/fill/{edition.form_id}/"
    told = paths | {
        "forms": f"/p/{asha.programme.slug}/field/forms/",
        "login": Account.objects.get(pk=asha.account).login,
        "password": make.PASSWORD,
        "card": make.card(ann)[1].number,
    }
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
