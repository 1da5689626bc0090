"""The orders in which three countries really held their dialogues, as templates for a programme's stages.

Source: IIED's reports on Ghana (2015–17), Tanzania (2016–18) and Madagascar (2015–20), domain.md §1.2.
A programme starts from one of them and then adds, moves and renames its stages as it needs.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jukwaa.programmes.models import StageKind as K


@dataclass(frozen=True)
class Order:
    """A template: the country that held its dialogue so, what marks it, and its stages (kind, title)."""

    country: Promise
    mark: Promise
    stages: tuple[tuple[K, Promise], ...]


TEMPLATES: dict[str, Order] = {
    "ghana": Order(
        _("Ghana"),
        _("Thematic sessions come after the dialogue."),
        (
            (K.SCOPING, _("Choosing where to begin")),
            (K.PARTNERS, _("Partners: who convenes, who researches")),
            (K.RESEARCH, _("Field research")),
            (K.APART, _("Each group apart: briefings, stories and a short film")),
            (K.DIALOGUE, _("Action dialogue: two days in the field, two in a room")),
            (K.MEMOIRE, _("Aide-memoire of two pages")),
            (K.LEADERSHIP, _("Learning and Leadership Group")),
            (K.THEMATIC, _("Thematic sessions")),
            (K.FOLLOW_UP, _("Follow-up")),
            (K.COMMUNICATIONS, _("Communications, throughout")),
        ),
    ),
    "tanzania": Order(
        _("Tanzania"),
        _("Each group is heard apart, then thematic sessions lead to the dialogue."),
        (
            (K.SCOPING, _("Scoping: context, timing, demand, readiness")),
            (K.PARTNERS, _("Partners: convenor, researcher, reference group")),
            (K.RESEARCH, _("Field research")),
            (K.APART, _("Each group apart")),
            (K.THEMATIC, _("Thematic sessions")),
            (K.WORKSHOP, _("Pre-dialogue workshop")),
            (K.DIALOGUE, _("Action dialogue: two days in the field, two in a room")),
            (K.MEMOIRE, _("Summary report")),
            (K.LEADERSHIP, _("Learning and Leadership Group")),
            (K.FOLLOW_UP, _("Follow-up")),
            (K.COMMUNICATIONS, _("Communications, throughout")),
        ),
    ),
    "madagascar": Order(
        _("Madagascar"),
        _("Two regions first, the capital last; pilots run beside the talks."),
        (
            (K.SCOPING, _("Scoping with the ministry")),
            (K.PARTNERS, _("Partners")),
            (K.RESEARCH, _("Evidence and good practice")),
            (K.APART, _("Dialogue in the first region")),
            (K.APART, _("Dialogue in the second region")),
            (K.DIALOGUE, _("National workshop")),
            (K.THEMATIC, _("Four commissions, the same three questions")),
            (K.MEMOIRE, _("Strategy orientations")),
            (K.FOLLOW_UP, _("Pilot projects")),
            (K.COMMUNICATIONS, _("Communications, throughout")),
        ),
    ),
}
