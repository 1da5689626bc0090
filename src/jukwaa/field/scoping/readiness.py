"""The readiness checklist: what was tested before dialogues began in Ghana and Tanzania (domain.md §1.2).

Each question is put so that "yes" speaks for beginning.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

QUESTIONS: dict[Any, dict[str, Any]] = {
    _("Context"): {
        "context.state": _(
            "Does the state deal with artisanal mining: an office, a policy, people who answer?"
        ),
        "context.convenor": _(
            "Is there somebody here whom the groups trust, and who can call them together?"
        ),
        "context.voice": _(
            "Are there associations or civil society that speak for miners, women among them?"
        ),
        "context.safe": _("Can miners speak without being punished for it: no ban, no raids, no reprisals?"),
    },
    _("Timeliness"): {
        "time.reform": _(
            "Is a law, a licence or a plan about to change, so that what people say can still count?"
        ),
        "time.calendar": _("Do season, harvest, elections and holidays leave people the time?"),
        "time.alone": _("Is it free of another process that it would double or disturb?"),
    },
    _("Demand"): {
        "demand.miners": _("Do miners ask for it, women among them?"),
        "demand.state": _("Does somebody in the ministry or the district ask for it?"),
        "demand.others": _("Do chiefs, neighbours and companies want to be part of it?"),
        "demand.after": _("Is there money and a person for the year after the event?"),
    },
}
KEYS = {key: question for questions in QUESTIONS.values() for key, question in questions.items()}
