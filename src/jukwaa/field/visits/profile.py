"""What a site profile says, in the words of the ready form (domain.md §2.3, the fields of IPIS's map).

The names and codes are those of collect/ready/site_profile.md, so that a filled-in form can be read as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

FORM_ID = "jukwaa_site_profile"

YES_NO = {"yes": _("yes"), "no": _("no")}
USED = {**YES_NO, "not_applicable": _("not applicable"), "unknown": _("not known")}


class Asked(NamedTuple):
    """A question of the profile: its label, its choices by code, and whether several may be ticked."""

    label: Any
    choices: Mapping[str, Any]
    several: bool = False


ASKED: dict[str, Asked] = {
    "minerals": Asked(
        _("What is mined or worked here"),
        {
            "gold": _("gold"),
            "coloured_stones": _("coloured stones"),
            "diamonds": _("diamonds"),
            "salt": _("salt"),
            "limestone": _("limestone"),
            "building_stone": _("building stone or sand"),
            "other": _("other"),
        },
        several=True,
    ),
    "works": Asked(
        _("Mining, processing, or both"),
        {"mine": _("mining"), "processing": _("processing"), "both": _("both")},
    ),
    "workers": Asked(
        _("How many people work here"),
        {
            "under_50": _("under 50"),
            "50_250": _("50 to 250"),
            "250_500": _("250 to 500"),
            "over_500": _("over 500"),
        },
    ),
    "women": Asked(
        _("How many of them are women"),
        {
            "none": _("none"),
            "few": _("fewer than a quarter"),
            "half": _("a quarter to a half"),
            "most": _("more than half"),
        },
    ),
    "services": Asked(
        _("State services that come here"),
        {
            "mines": _("mines office"),
            "environment": _("environment"),
            "labour": _("labour"),
            "health": _("health"),
            "police": _("police"),
            "none": _("none"),
        },
        several=True,
    ),
    "mercury": Asked(_("Mercury is used"), USED),
    "cyanide": Asked(_("Cyanide is used"), USED),
    "injured": Asked(_("Somebody was injured in the past year"), YES_NO),
    "died": Asked(_("Somebody died in an accident in the past year"), YES_NO),
    "safety": Asked(
        _("What protects people here"),
        {
            "supports": _("timbered or terraced pits"),
            "helmets": _("helmets and boots"),
            "air": _("fresh air underground"),
            "first_aid": _("first aid"),
            "nothing": _("nothing of this"),
        },
        several=True,
    ),
}


def read(answers: Mapping[str, Any]) -> dict[str, Any]:
    """What a filled-in form says, by the names above; codes that are not known are left out."""
    by_name = {path.rpartition("/")[2]: str(words) for path, words in answers.items() if words}
    said: dict[str, Any] = {}
    for name, asked in ASKED.items():
        codes = [code for code in by_name.get(name, "").split() if code in asked.choices]
        if codes:
            said[name] = codes if asked.several else codes[0]
    if by_name.get("notes"):
        said["notes"] = by_name["notes"]
    return said


def lines(said: Mapping[str, Any]) -> list[tuple[Any, str]]:
    """The profile as (what, words), in the order in which it is asked; what was not answered is left out."""
    found = [(asked.label, words(name, said[name])) for name, asked in ASKED.items() if said.get(name)]
    if said.get("notes"):
        found.append((_("What else was seen"), said["notes"]))
    return found


def words(name: str, codes: Any) -> str:
    """The codes of one answer, in the reader's language."""
    choices = ASKED[name].choices
    chosen = codes if isinstance(codes, list) else [codes]
    return ", ".join(str(choices[code]) for code in chosen if code in choices)
