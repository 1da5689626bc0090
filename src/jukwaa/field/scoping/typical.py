"""Where stakeholders usually stand, to begin from; every place is different (domain.md §2.1)."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from jukwaa.field.models import Level

VERY_LOW, LOW, MEDIUM, RATHER_HIGH, HIGH = Level


class Typical(NamedTuple):
    """A group as it is usually found: its name, power, interest, and what silences it."""

    name: Any
    power: Level
    interest: Level
    silences: Any


TYPICAL = [
    Typical(_("Licence holders"), RATHER_HIGH, HIGH, _("Fear of inspection; a few take the seats")),
    Typical(_("Pit owners and pit holders"), MEDIUM, HIGH, _("No legal standing")),
    Typical(_("Pit workers"), LOW, HIGH, _("A day here is a day without pay; dismissal")),
    Typical(_("Processors"), MEDIUM, HIGH, _("The stigma of mercury")),
    Typical(_("Women miners"), LOW, HIGH, _("Custom, harassment, child care, no phone of their own")),
    Typical(
        _("Young people"), VERY_LOW, HIGH, _("Age; their work is against the law. Nobody under 18 is asked")
    ),
    Typical(_("Migrants"), LOW, HIGH, _("Hostility of hosts; their status")),
    Typical(_("Traders and lenders"), HIGH, MEDIUM, _("Secrets of the trade")),
    Typical(_("Service providers"), LOW, MEDIUM, _("Nobody sees them as miners")),
    Typical(_("Large mines"), HIGH, MEDIUM, _("Caution of their lawyers")),
    Typical(_("National government"), HIGH, MEDIUM, _("Hierarchy")),
    Typical(_("Regulator and local government"), MEDIUM, HIGH, _("No budget; they may be moved elsewhere")),
    Typical(_("Customary authority"), RATHER_HIGH, HIGH, _("Protocol")),
    Typical(_("Communities nearby"), LOW, HIGH, _("Far from the world of mining")),
    Typical(_("Miners’ associations"), MEDIUM, HIGH, _("They live on subsidies")),
    Typical(_("Civil society, media, research"), MEDIUM, HIGH, _("Little room for criticism")),
    Typical(_("Donors and international bodies"), MEDIUM, MEDIUM, _("The calendar of their reports")),
]
