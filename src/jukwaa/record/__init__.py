"""The record of everything that was done: facts, puts and withdrawals (design.md §2).

Write through `act`, `fact`, `put`, `facts`, `puts` and `withdraw`; nothing else changes a recorded row.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jukwaa.record.erase import erase as erase
    from jukwaa.record.fold import resettle as resettle
    from jukwaa.record.fold import settle as settle
    from jukwaa.record.read import bundle as bundle
    from jukwaa.record.read import history as history
    from jukwaa.record.read import marks as marks
    from jukwaa.record.read import verify as verify
    from jukwaa.record.receive import receive as receive
    from jukwaa.record.write import Withdrawn as Withdrawn
    from jukwaa.record.write import act as act
    from jukwaa.record.write import fact as fact
    from jukwaa.record.write import facts as facts
    from jukwaa.record.write import put as put
    from jukwaa.record.write import puts as puts
    from jukwaa.record.write import withdraw as withdraw

# Django imports this package before its models may be imported, so the names are found when first asked for.
_HOMES = {
    "erase": "erase",
    "settle": "fold",
    "resettle": "fold",
    "bundle": "read",
    "history": "read",
    "marks": "read",
    "verify": "read",
    "receive": "receive",
    "Withdrawn": "write",
    "act": "write",
    "fact": "write",
    "facts": "write",
    "put": "write",
    "puts": "write",
    "withdraw": "write",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"jukwaa.record has no {name!r}")
    home = import_module(f"jukwaa.record.{_HOMES[name]}")
    value = getattr(home, name)
    # A module that shares its name with its function (erase, receive) was just bound here by the import.
    globals()[name] = value
    return value
