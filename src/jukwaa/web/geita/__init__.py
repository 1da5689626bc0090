"""The demo programme: Geita, invented sites and people, real problems, built through the rooms' actions.

What happens in it follows from a fixed seed and from today's date. Card numbers, trace codes and passwords
are drawn anew each time, unless a test gives its own draw: they open something.
"""

from __future__ import annotations

import random
import secrets
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from jukwaa.programmes.cards import Draw, Minted
from jukwaa.programmes.models import Participant, Programme
from jukwaa.web.geita import (
    after,
    back,
    before,
    drafting,
    hall,
    harvest,
    leaders,
    listening,
    mailed,
    measures,
    meetings,
    officers,
    people,
    promises,
    session,
    talk,
    told,
)
from jukwaa.web.geita.people import Login

SLUG = people.SLUG
SEED = 19


@dataclass(frozen=True)
class Written:
    """The programme, and what is said once: logins, three cards to try, blank ones, a panner's trace code."""

    programme: Programme
    logins: list[Login]
    cards: list[tuple[Participant, Minted]]
    blank: list[Minted]
    trace_code: str


def write(*, today: date | None = None, draw: Draw = secrets.randbelow) -> Written:
    """Write the demo programme as if it had begun most of a year before today.

    Each step is a transaction of its own. Raises SlugTaken if the programme is there already.
    """
    days = talk.Calendar(today or timezone.localdate())
    rng = random.Random(SEED)
    cast = people.gather(draw, rng, days.ago(250))
    cards = people.hand_out_cards(cast, draw)
    table = talk.Table(cast, rng, draw)
    before.scope(cast, days)
    before.go_to_the_sites(cast, days)
    heard = listening.listen(cast, days.ago(240), draw)
    said = talk.vote_on_problems(table, heard, days)
    people.invite(cast, rng, days.at(205, 10))
    agreed, findings = after.take_up_problems(table, said)
    answers = talk.vote_on_solutions(table, findings, days)
    after.agree_solutions(table, agreed, answers)
    after.draw_up_roadmap(cast, agreed, days)
    leaders.elect_site_group(cast, days)
    leaders.nominate_next(cast, days)
    drafting.draft(cast, agreed, days)
    after.found_group(cast, days)
    leaders.carry_on(cast, days)
    after.promise(cast, agreed, days)
    meetings.meet(cast, days, draw)
    officers.keep(cast, agreed.rows, days)
    after.note_outcomes(cast, agreed)
    harvest.back_up(cast, agreed.outcomes, days)
    measures.look(cast, agreed, days)
    after.tell(cast, agreed, days)
    harvest.choose_a_story(cast, days)
    after.mark_stages(cast)
    talk.ask_again(table, days)
    listening.draft(cast, heard)
    listening.receive_forms(cast, days.at(2, 9), draw)
    hall.run_workshop(cast, days)
    hall.plan_meeting(cast)
    session.hold_session(cast, table, findings[promises.MERCURY], days)
    back.keep_in_touch(cast)
    back.take_out(cast, days)
    back.hear_back(cast, days)
    told.tell_what_came(cast, days)
    mailed.follow(cast.programme)
    blank = people.print_blank_cards(cast, draw)
    return Written(cast.programme, list(cast.staff.values()), cards, blank, heard.testimonies[0].trace_code)
