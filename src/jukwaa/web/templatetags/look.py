"""Icons, names and small figures of the look: `{% load look %}`. docs/reference/look.md lists them."""

from collections.abc import Iterable
from functools import cache
from itertools import combinations
from math import dist
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

register = template.Library()

# The map is a drawing of 100 x 70; this much of it holds crowds.
WIDTH, HEIGHT = 88, 58

# One family: a 24 grid, strokes of two, round ends, nothing filled. Every icon stands beside its word.
ICONS = {
    "back": '<path d="M19 12H5M11 6l-6 6 6 6"/>',
    "bolt": '<path d="M13 2L5 14h6l-1 8 9-13h-6z"/>',
    "calendar": '<rect x="4" y="5" width="16" height="16" rx="2"/><path d="M4 10h16M8 3v4M16 3v4"/>',
    "card": '<rect x="3" y="5" width="18" height="14" rx="2"/><path d="M7 10h4v4H7zM15 10h2M15 14h2"/>',
    "child": '<circle cx="12" cy="5" r="3"/><path d="M5 11c4 2 10 2 14 0M12 12.5V17M12 17l-4 5M12 17l4 5"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.5 2"/>',
    "common": '<circle cx="9" cy="12" r="6"/><circle cx="15" cy="12" r="6"/>',
    "confirm": '<circle cx="12" cy="12" r="9"/><path d="M8 12.5l3 3 5-6.5"/>',
    "cross": '<path d="M6 6l12 12M18 6L6 18"/>',
    "dispute": '<path d="M4 4h16v12h-8l-5 4v-4H4zM9.5 7.5l5 5M14.5 7.5l-5 5"/>',
    "divided": '<path d="M9 4.5v15a7.5 7.5 0 0 1 0-15zM15 4.5v15a7.5 7.5 0 0 0 0-15z"/>',
    "down": '<path d="M6 9l6 6 6-6"/>',
    "download": '<path d="M12 3v12M7 10l5 5 5-5M4 20h16"/>',
    "edit": '<path d="M4 20l1-5L16 4l4 4L9 19zM13 7l4 4"/>',
    "few": '<circle cx="12" cy="12" r="8" stroke-dasharray="2.2 4.08"/>',
    "flask": '<path d="M9 3h6M10 3v6L4.5 19a1.5 1.5 0 0 0 1.4 2h12.2a1.5 1.5 0 0 0 1.4-2L14 9V3M7 15h10"/>',
    "gold": '<path d="M8 7h8l2 6H6zM4.5 13h6l2 7H2.5zM13.5 13h6l2 7h-10z"/>',
    "group": (
        '<circle cx="9" cy="8" r="4"/>'
        '<path d="M2 20a7 7 0 0 1 14 0M16 4.3a4 4 0 0 1 0 7.4M18.5 14a7 7 0 0 1 3.5 6"/>'
    ),
    "hand": (
        '<path d="M8 13V5.5a1.5 1.5 0 0 1 3 0V11M11 10.5v-6a1.5 1.5 0 0 1 3 0V11M14 11V6.5a1.5 1.5 0 0 1 3 0'
        'V14a7 7 0 0 1-7 7c-3 0-4.5-1.5-6-4.5L2.8 14a1.5 1.5 0 0 1 2.6-1.5L8 15"/>'
    ),
    "health": '<circle cx="12" cy="12" r="9"/><path d="M12 7v10M7 12h10"/>',
    "home": '<path d="M3 12l9-8 9 8M6 10v10h12V10M10 20v-6h4v6"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v6M12 7v.01"/>',
    "language": '<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c-5 5-5 13 0 18M12 3c5 5 5 13 0 18"/>',
    "leaning": '<path d="M3 10l18-5M12 7.5V20M8 20h8"/>',
    "lock": '<rect x="5" y="11" width="14" height="10" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>',
    "lorry": (
        '<path d="M2 6h12v11H2zM14 10h4l4 4v3h-8"/>'
        '<circle cx="7" cy="18.5" r="2"/><circle cx="17" cy="18.5" r="2"/>'
    ),
    "money": (
        '<rect x="2" y="6" width="20" height="12" rx="2"/>'
        '<circle cx="12" cy="12" r="3"/><path d="M6 12h.01M18 12h.01"/>'
    ),
    "next": '<path d="M5 12h14M13 6l6 6-6 6"/>',
    "out": '<path d="M14 4H5v16h9M10 12h11M17 8l4 4-4 4"/>',
    "outcome": '<path d="M12 21V11M12 14c0-4-3-6-8-6 0 4 3 6 8 6zM12 11c0-4 3-7 8-7 0 4-3 7-8 7zM7 21h10"/>',
    "pause": '<path d="M8 5v14M16 5v14"/>',
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4 21a8 8 0 0 1 16 0"/>',
    "photo": '<path d="M3 7h5l1.5-3h5L16 7h5v13H3z"/><circle cx="12" cy="13" r="3.5"/>',
    "pick": '<path d="M4 9c4-6 12-6 16 0M12 4.5V22"/>',
    "place": (
        '<path d="M12 21c-5-5-7-8-7-11.5a7 7 0 0 1 14 0c0 3.5-2 6.5-7 11.5z"/>'
        '<circle cx="12" cy="9.5" r="2.5"/>'
    ),
    "play": '<path d="M7 4.5v15l12-7.5z"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "print": '<path d="M7 8V3h10v5M7 17H3V8h18v9h-4M7 14h10v7H7z"/>',
    "problem": '<path d="M2 20h20M5 20l2-9 5-4 5 3 2 10M12 7l-1 6"/>',
    "promise": '<circle cx="12" cy="9" r="6"/><path d="M8.5 14L7 21l5-3 5 3-1.5-7"/>',
    "publication": (
        '<path d="M16 4H4v14a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2V9h-4v9a2 2 0 0 0 2 2M8 8h4M8 12h4M8 16h4"/>'
    ),
    "qr": '<path d="M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14v2M18 14h2v2M14 20h2M20 20v.01"/>',
    "report": '<path d="M6 3h8l5 5v13H6zM14 3v5h5M9.5 13h6M9.5 17h6"/>',
    "ring": '<circle cx="12" cy="12" r="8"/>',
    "road": (
        '<path d="M12 2v3M12 10v4M12 19v3"/><circle cx="12" cy="7.5" r="2.5"/>'
        '<circle cx="12" cy="16.5" r="2.5"/>'
    ),
    "scales": (
        '<path d="M12 3v18M8 21h8M4 7h16M6 7l-3.5 7a3.5 3.5 0 0 0 7 0zM18 7l-3.5 7a3.5 3.5 0 0 0 7 0z"/>'
    ),
    "school": '<path d="M2 9l10-5 10 5-10 5zM6 11v5c3 3 9 3 12 0v-5M22 9v6"/>',
    "screen": '<rect x="3" y="4" width="18" height="12" rx="1"/><path d="M12 16v4M8 20h8"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="M15.5 15.5L21 21"/>',
    "shield": '<path d="M12 3l8 3v5c0 5-3 8-8 10-5-2-8-5-8-10V6z"/>',
    "solution": '<path d="M2 8h20M5 8v12M19 8v12M5 18a7 6 0 0 1 14 0"/>',
    "statement": '<path d="M4 4h16v12h-8l-5 4v-4H4zM8 8.5h8M8 12h5"/>',
    "story": '<path d="M12 6c-2-1.5-5-2-9-2v14c4 0 7 .5 9 2 2-1.5 5-2 9-2V4c-4 0-7 .5-9 2zM12 6v14"/>',
    "tick": '<path d="M4 12.5l5.5 5.5L20 7"/>',
    "tree": '<path d="M12 22v-8M12 18l4-3"/><circle cx="12" cy="8" r="6"/>',
    "undo": '<path d="M8 5L4 9l4 4M4 9h10.5a5.5 5.5 0 0 1 0 11H8"/>',
    "up": '<path d="M6 15l6-6 6 6"/>',
    "voice": '<rect x="9" y="2" width="6" height="12" rx="3"/><path d="M5 11a7 7 0 0 0 14 0M12 18v4"/>',
    "warning": '<path d="M12 3L2 20h20zM12 10v4M12 17v.01"/>',
    "water": '<path d="M12 3c4 5 6 8 6 11a6 6 0 0 1-12 0c0-3 2-6 6-11zM9 15a3 3 0 0 0 3 3"/>',
}

# What each joint of the golden thread is called; its icon has the key's name.
JOINTS = {
    "voice": _("Voice"),
    "statement": _("Statement"),
    "group": _("What the groups said"),
    "problem": _("Problem"),
    "solution": _("Solution"),
    "road": _("Roadmap"),
    "promise": _("Promise"),
    "report": _("Report"),
    "confirm": _("Confirmed"),
    "dispute": _("Disputed"),
    "outcome": _("Outcome"),
    "story": _("Story"),
}

# The engine's four labels, each with its icon and its word on the screen.
AGREEMENT = {
    "common ground": ("common", _("Common ground")),
    "leaning": ("leaning", _("Leaning")),
    "divided": ("divided", _("Divided")),
    "not enough voices yet": ("few", _("Not enough voices yet")),
}

# What a person pressed, said back to them.
CHOICES = {
    1: ("tick", _("You agreed.")),
    -1: ("cross", _("You disagreed.")),
    0: ("ring", _("You passed.")),
}


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """The drawing called name, hidden from screen readers, as its word speaks. ValueError if none is."""
    if name not in ICONS:
        raise ValueError(f"no icon is called {name!r}; there are {', '.join(ICONS)}")
    return format_html(
        '<svg class="icon" width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
        ' stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{}</svg>',
        mark_safe(ICONS[name]),  # noqa: S308 (a constant of this file)
    )


@register.simple_tag
@cache
def sign(name: str) -> SafeString:
    """The same drawing where every byte counts: how it is drawn stands in the sheet."""
    if name not in ICONS:
        raise ValueError(f"no icon is called {name!r}; there are {', '.join(ICONS)}")
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">{}</svg>',
        mark_safe(ICONS[name]),  # noqa: S308 (a constant of this file)
    )


@register.simple_tag
@cache
def picture(name: str) -> SafeString:
    """The icon of that name drawn large, for whoever does not read; nothing where none is so called."""
    if name not in ICONS:
        return mark_safe("")
    return format_html(
        '<svg class="icon picture" viewBox="0 0 24 24" aria-hidden="true">{}</svg>',
        mark_safe(ICONS[name]),  # noqa: S308 (a constant of this file)
    )


@register.filter
def joint_name(kind: str) -> str:
    """The word for a joint of the golden thread. KeyError if there is none of that kind."""
    return str(JOINTS[kind])


@register.filter
def agreement(label: str) -> dict[str, str]:
    """Icon, word and class of one of the engine's four labels. KeyError for any other."""
    name, word = AGREEMENT[label.replace("_", " ")]
    return {"icon": name, "word": str(word), "name": label.replace("_", "-").replace(" ", "-")}


@register.filter
def pressed(choice: int) -> dict[str, str]:
    """Icon and sentence for a vote of 1, 0 or -1. KeyError for any other."""
    name, sentence = CHOICES[choice]
    return {"icon": name, "sentence": str(sentence)}


@register.filter
def hundred(share: float) -> int:
    """A share between 0 and 1 as "so many in a hundred"."""
    return round(share * 100)


@register.filter
def percent(share: float) -> str:
    """A share between 0 and 1 as a length in SVG: 0.625 -> "62.50%", with a point in every language."""
    return f"{share * 100:.2f}%"


@register.filter
def across(share: float) -> str:
    """A length on the map, given as a share of its width, in the units of the drawing."""
    return f"{share * WIDTH:.2f}"


@register.filter
def crowds(cells: Iterable[Any]) -> list[dict[str, str]]:
    """Circles for the map, the largest first; a circle's area goes with its count.

    Cells have x and y (shares of the map, y upwards) and count. The largest circle just reaches its nearest
    neighbour, so that no crowd hides another.
    """
    ranked = sorted(cells, key=lambda cell: (-cell.count, cell.x, cell.y))
    placed = [(6 + cell.x * WIDTH, 64 - cell.y * HEIGHT) for cell in ranked]
    reach = min([4.0, *(dist(one, other) / 2 for one, other in combinations(placed, 2))])
    return [
        {"x": f"{x:.2f}", "y": f"{y:.2f}", "r": f"{reach * (cell.count / ranked[0].count) ** 0.5:.2f}"}
        for cell, (x, y) in zip(ranked, placed, strict=True)
    ]
