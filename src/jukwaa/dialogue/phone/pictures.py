"""The pictures that staff choose from for a statement: icons of our family, each with the word for it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

# The names of web/templatetags/look.py, in the order in which they are offered.
PICTURES = {
    "pick": _("digging"),
    "problem": _("the pit"),
    "gold": _("gold"),
    "flask": _("mercury, chemicals"),
    "water": _("water"),
    "tree": _("trees, land"),
    "home": _("home, village"),
    "group": _("people together"),
    "person": _("one person"),
    "child": _("children"),
    "school": _("school"),
    "health": _("health"),
    "shield": _("safety"),
    "report": _("licence, paper"),
    "card": _("identity"),
    "money": _("money, price"),
    "scales": _("law, fairness"),
    "lorry": _("transport"),
    "bolt": _("electricity"),
    "place": _("a place"),
    "voice": _("being heard"),
    "promise": _("a promise"),
    "solution": _("a way across"),
    "warning": _("danger"),
}
