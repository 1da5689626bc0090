"""Telling followers what changed, reminding owners, and noticing what those say whom a promise concerns."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from jukwaa.agenda.election import queries as election
from jukwaa.agenda.models import Candidate, Seat
from jukwaa.delivery import links
from jukwaa.delivery import queries as delivery
from jukwaa.delivery.following import queries
from jukwaa.delivery.meetings import queries as meetings
from jukwaa.delivery.models import Commitment, Noticed, Reminded, Transfer
from jukwaa.delivery.promises.queries import promised_by
from jukwaa.delivery.queries import Standing, Stands
from jukwaa.programmes import links as links_of
from jukwaa.programmes.models import Address, Programme
from jukwaa.programmes.post import actions as post
from jukwaa.programmes.post import queries as mail
from jukwaa.programmes.post.letter import absolute, confirm_token
from jukwaa.programmes.queries import standing
from jukwaa.record import clock

# Between two looks at what else the worker has to do.
AT_ONCE = 100


# ---- following -------------------------------------------------------------------------------------------


def ask_to_follow(
    *, programme: Programme, followed: queries.Followed, address: str, rhythm: str, language: str
) -> None:
    """Write to the address and ask whether it wants to follow; nothing is kept until it says so.

    Raises post.NotGiven.
    """

    def text(asking: uuid.UUID) -> str:
        link = reverse("delivery:confirm_following", args=[programme.slug, confirm_token(asking)])
        return "\n\n".join(
            [
                _("Somebody, we hope you, asked that we tell you what changes here: %(what)s")
                % {"what": followed.words},
                _("To follow it, open this page and press the button: %(link)s") % {"link": absolute(link)},
                _("The link holds for three days."),
            ]
        )

    post.ask_first(
        programme=programme,
        of=followed.id,
        address=address,
        language=language,
        rhythm=rhythm,
        subject=gettext_lazy("Do you want to be told what changes?"),
        text=text,
    )


def tell_due(*, at: datetime | None = None) -> int:
    """Write to those who are due this morning and for whom something changed; gives to how many it looked."""
    at = at or timezone.now()
    due = [(of, mail.followers_due(of, at, AT_ONCE)) for of in mail.homes_here() if of.public]
    for programme, followers in due:
        _tell(programme, followers, at)
    return sum(len(followers) for _of, followers in due)


def tell_at_once(*, programme: uuid.UUID, time: int, at: datetime | None = None) -> None:
    """Something happened in that programme, at that time of the record: write to those who wished it at once.

    May run twice.
    """
    at = at or timezone.now()
    for here in mail.homes_here():
        if here.pk == programme and here.public:
            _tell(here, mail.followers_at_once(here), at, least=time)


def _tell(programme: Programme, followers: list[mail.Follower], at: datetime, least: int = 0) -> None:
    # Another node's clock may be ahead of this one's: what is told of is never to come.
    now = max(clock.until(at), least)
    oldest = min((follower.up_to or now for follower in followers), default=now)
    for language in sorted({follower.address.language for follower in followers}):
        with translation.override(language):
            found = queries.changes(queries.Asked(programme, until=now, since=oldest))
            for follower in followers:
                if follower.address.language == language:
                    _tell_one(programme, follower, found, now, at)


def _tell_one(
    programme: Programme, follower: mail.Follower, found: list[queries.Change], now: int, at: datetime
) -> None:
    row, up_to = follower.address, follower.up_to or now
    new = [change for change in queries.about(found, row.of) if change.at > up_to]
    subject = _("What changed")
    post.tell(address=row, up_to=now, at=at, subject=subject, text=_news(programme, new))


# So many changes a mail tells; whoever was away for long reads the rest on the page.
MOST_TOLD = 30


def _news(programme: Programme, new: list[queries.Change]) -> str:
    """What a follower reads; empty when nothing changed."""
    if not new:
        return ""
    said = [f"{change.words}\n{absolute(change.path)}" for change in new[:MOST_TOLD]]
    if left := len(new) - len(said):
        more = ngettext("And %(count)d change more.", "And %(count)d changes more.", left)
        said.append(more % {"count": left})
    everything = absolute(reverse("delivery:commitments", args=[programme.slug]))
    return "\n\n".join([*said, _("All promises: %(link)s") % {"link": everything}])


# ---- what those say whom a promise concerns ----------------------------------------------------------------


@transaction.atomic
def notice(*, verdict: uuid.UUID, at: datetime | None = None) -> bool:
    """Note when what the public reads of a report's verdicts changed: followers are told from midnight on.

    Gives whether it changed. May run twice.
    """
    report = queries.report_of(verdict)
    if report is None:
        return False
    before = Noticed.objects.filter(pk=report.pk).first()
    said = queries.shown_of(report)
    if said == (before.said if before else queries.UNSAID):
        return False
    midnight = _midnight_after(timezone.localdate(at or timezone.now()))
    Noticed.objects.update_or_create(
        report=report.pk, defaults={"said": said, "from_then": clock.at(midnight)}
    )
    return True


def _midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=timezone.get_current_timezone())


# ---- reminders -------------------------------------------------------------------------------------------

DUE_SOON = 7
SILENT = 30


def remind_due(*, at: datetime | None = None) -> int:
    """Remind, once a day, owners and nominees who gave an address."""
    at = at or timezone.now()
    if timezone.localtime(at).hour < mail.MORNING:
        return 0
    today = timezone.localdate(at)
    done = set(Reminded.objects.filter(day=today).values_list("programme", flat=True))
    return sum(_remind(programme, today) for programme in mail.homes_here() if programme.pk not in done)


def _remind(programme: Programme, today: date) -> int:
    """Remind this programme's people for the day; begun anew after a kill, it writes nothing twice."""
    owned = mail.addresses(programme, Address.Role.OWNER).values("of")
    found = delivery.commitments(programme, on=today).filter(pk__in=owned)
    told = sum(_remind_of(programme, promise, Standing.of(promise, today), today) for promise in found)
    told += ask_nominees(programme=programme, today=today)
    Reminded.objects.update_or_create(programme=programme.pk, defaults={"day": today})
    return told


def _remind_of(programme: Programme, promise: Commitment, stands: Standing, today: date) -> int:
    key = reminder(promise, stands, today)
    if not key:
        return 0
    return post.write(
        programme=programme,
        role=Address.Role.OWNER,
        of=promise.pk,
        subject=gettext_lazy("A promise of your office"),
        text=lambda: _reminder_text(programme, promise, stands, today),
        key=key,
    )


def reminder(promise: Commitment, stands: Standing, today: date) -> str:
    """What to remind the owner of today, as a key that stays until it is so anew; or nothing.

    One at a time: that it is overdue, again each thirty days; else that it is due within seven days; else
    that nothing was heard for thirty days, again each thirty.
    """
    if stands.stands is Stands.DONE:
        return ""
    if stands.late:
        return f"overdue/{promise.pk}/{promise.last_day}/{stands.late // SILENT}"
    if (promise.last_day - today).days <= DUE_SOON:
        return f"due/{promise.pk}/{promise.last_day}"
    if stands.unheard >= SILENT:
        return f"silent/{promise.pk}/{today - timedelta(days=stands.unheard)}/{stands.unheard // SILENT}"
    return ""


def _reminder_text(programme: Programme, promise: Commitment, stands: Standing, today: date) -> str:
    link = absolute(reverse("delivery:owner", args=[programme.slug, links.sign(promise)]))
    return "\n\n".join(
        [
            _("Your office promised: %(promise)s") % {"promise": promise},
            _why_now(promise, stands, today),
            _("Say in two minutes how it stands, without a log-in. The link is for you alone: %(link)s")
            % {"link": link},
        ]
    )


def _why_now(promise: Commitment, stands: Standing, today: date) -> str:
    left = (promise.last_day - today).days
    if stands.late:
        said = ngettext("It was due %(days)d day ago.", "It was due %(days)d days ago.", stands.late)
        return said % {"days": stands.late}
    if left == 0:
        return _("It is due today.")
    if left <= DUE_SOON:
        return ngettext("It is due in %(days)d day.", "It is due in %(days)d days.", left) % {"days": left}
    return _("Nothing has been heard from you for %(days)d days.") % {"days": stands.unheard}


# ---- members and nominees --------------------------------------------------------------------------------


def tell_of_change(*, meeting: uuid.UUID, change: uuid.UUID) -> int:
    """A call was changed or taken back: tell the members who gave an address. change: which one, as a key."""
    found = queries.meeting(meeting)
    if found is None or found.held:
        return 0

    def text() -> str:
        first = _("This meeting is cancelled.") if found.removed else _("The call has changed.")
        return f"{first}\n\n{meetings.call_in_words(found)}"

    return sum(
        post.write(
            programme=found.programme,
            role=Address.Role.MEMBER,
            of=seat.pk,
            subject=gettext_lazy("A meeting has changed"),
            text=text,
            key=f"meeting-change-{change}",
        )
        for seat in meetings.members(found.group)
    )


# On which days after they got their link nominees who have not answered are reminded.
NOMINEES = (0, 3, 7)


def ask_nominees(*, programme: Programme, today: date) -> int:
    """Write to nominees who gave an address and have not answered: with their link, and twice more."""
    asked = mail.addresses(programme, Address.Role.NOMINEE).values("of")
    waiting = Candidate.objects.filter(pk__in=asked, state=Candidate.State.NOMINATED, link__gt=0)
    return sum(_ask_nominee(programme, candidate, today) for candidate in standing(waiting))


def ask_nominee(*, candidate: uuid.UUID, at: datetime | None = None) -> int:
    """A nominee was given a link: write it to them, if they gave an address."""
    found = Candidate.objects.filter(pk=candidate, state=Candidate.State.NOMINATED).first()
    today = timezone.localdate(at or timezone.now())
    return _ask_nominee(found.programme, found, today) if found is not None else 0


def _ask_nominee(programme: Programme, candidate: Candidate, today: date) -> int:
    since = (today - queries.link_given_on(candidate)).days
    if since not in NOMINEES:
        return 0

    def text() -> str:
        token = links_of.token(election.NOMINEE, candidate.pk, candidate.link)
        link = absolute(reverse("agenda:nominee", args=[programme.slug, token]))
        return "\n\n".join(
            [
                _("You were named for something, and nobody but you can say whether you want it."),
                _("Read what it is, and say yes or no: %(link)s") % {"link": link},
            ]
        )

    return post.write(
        programme=programme,
        role=Address.Role.NOMINEE,
        of=candidate.pk,
        subject=gettext_lazy("A question to you"),
        text=text,
        key=f"nominee/{candidate.pk}/{candidate.link}/{since}",
    )


# ---- addresses that end by themselves ----------------------------------------------------------------------


def end_mail_of(*, role: str, of: uuid.UUID, then: int | None = None) -> int:
    """The row is not theirs any more: whoever gave an address for it is not written to again.

    then: since when, as a time of the record. An address bears its day only, so one of a later day stays: a
    worker may follow long afterwards what happened then.
    """
    rows = Address.objects.filter(role=role, of=of)
    ended = list(rows if then is None else rows.filter(hlc__lte=then))
    for row in ended:
        post.end_address(address=row, by=None)
    return len(ended)


def end_mail_of_office(*, transfer: uuid.UUID, then: int) -> int:
    """Somebody else holds the office since: nobody is reminded by the address of whoever held it before."""
    found = Transfer.objects.filter(pk=transfer).select_related("office__programme").first()
    if found is None:
        return 0
    promises = list(promised_by(found.office).values_list("pk", flat=True))
    return sum(end_mail_of(role=Address.Role.OWNER, of=promise, then=then) for promise in promises)


def forget_mail_of(*, person: uuid.UUID) -> int:
    """Somebody asked to be forgotten: addresses that they gave as a nominee or a member go too."""
    named = [(Address.Role.NOMINEE, Candidate), (Address.Role.MEMBER, Seat)]
    return sum(
        end_mail_of(role=role, of=pk)
        for role, model in named
        for pk in list(model._default_manager.filter(subject=person).values_list("pk", flat=True))
    )
