"""Pages of the mail: how it goes, for the coordinator; and the end of it, for whoever gets it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from jukwaa.programmes.access import P, get_member
from jukwaa.programmes.disclosure import shown_count
from jukwaa.programmes.models import Address, Member
from jukwaa.programmes.post import actions, forms, letter, line, queries, sending

form_page = require_http_methods(["GET", "HEAD", "POST"])


# ---- for the coordinator ---------------------------------------------------------------------------------


@never_cache
@form_page
def mail(request: HttpRequest, programme: str) -> HttpResponse:
    """Whether mail goes out, what was sent and what failed, how many follow; and a test."""
    member = get_member(request, programme, P.SET_UP)
    form = forms.AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _test(request, form):
        return redirect("programmes:mail", programme)
    place = queries.place_of(member.programme)
    shown = {
        "form": form,
        "place": place,
        "missing": line.missing(),
        "trouble": line.REASONS.get(queries.outbox().trouble, ""),
        "retry_at": queries.outbox().retry_at,
        "movable": place in {queries.Place.ELSEWHERE, queries.Place.COPY, queries.Place.BEHIND},
        "traffic": [_in_words(each) for each in queries.traffic(member.programme, timezone.now())],
        "failures": queries.failures(member.programme),
        "again": queries.can_be_tried_again(member.programme),
        "crumbs": _crumbs(member),
    }
    return render(request, "programmes/post/mail_page.html", shown)


def _in_words(traffic: queries.Traffic) -> dict[str, str]:
    """The figures of one role as staff read them: of followers nobody counts fewer than ten."""
    figures = {name: getattr(traffic, name) for name in ("addresses", "waiting", "sent", "given_up")}
    followers = traffic.role == str(Address.Role.FOLLOWER.label)
    said = {name: shown_count(count) if followers else str(count) for name, count in figures.items()}
    return {"role": traffic.role, **said}


def _test(request: HttpRequest, form: forms.AddressForm) -> bool:
    """Send a test; what is wrong is said at the form."""
    if lacking := line.missing():
        form.add_error(None, lacking)
        return False
    try:
        sending.send_test(to=form.cleaned_data["address"], language=translation.get_language() or "en")
    except (line.Trouble, line.Refused, line.NotNow) as wrong:
        form.add_error(None, str(line.REASONS[str(wrong)]))
        return False
    messages.success(request, _("The mail server took it. Look whether it arrives, also among the spam."))
    return True


@require_POST
def try_again(request: HttpRequest, programme: str) -> HttpResponse:
    """Send once more what was given up."""
    member = get_member(request, programme, P.SET_UP)
    again = actions.try_again(programme=member.programme)
    said = ngettext("%(count)d message is tried again.", "%(count)d messages are tried again.", again)
    messages.success(request, said % {"count": again})
    return redirect("programmes:mail", programme)


@form_page
def send_from_here(request: HttpRequest, programme: str) -> HttpResponse:
    """Let the programme's mail go out from this computer, after saying what that means."""
    member = get_member(request, programme, P.SET_UP)
    if request.method == "POST":
        actions.send_from_here(programme=member.programme, by=member)
        messages.success(request, _("Mail goes out from this computer from now on."))
        return redirect("programmes:mail", programme)
    shown = {
        "question": _("Let mail go out from this computer?"),
        "consequences": [
            _("Do it only if the other computer sends no more: else people get everything twice."),
            _("What waits here is not sent, for the other one may have sent it."),
            _("Addresses can be read here only if the file mail.key came along. If not, ask for them anew."),
        ],
        "yes": _("Yes, from here"),
        "back": reverse("programmes:mail", args=[programme]),
    }
    return render(request, "web/confirm.html", shown)


def _crumbs(member: Member) -> list[tuple[str, str]]:
    return [(_("Desk"), reverse("programmes:desk", args=[member.programme.slug]))]


# ---- for whoever gets mail -------------------------------------------------------------------------------


@never_cache
@csrf_exempt  # A mail program posts here by itself (RFC 8058); whoever has the link may end it.
@form_page
def end_mail(request: HttpRequest, token: str) -> HttpResponse:
    """End all mail to one address, by the personal link in each mail; a GET only asks."""
    pk = letter.read_end_link(token)
    if pk is None:
        raise Http404
    address = Address.objects.filter(pk=pk).first()
    if request.method == "POST" and address is not None:
        actions.end_address(address=address, by=None)
        address = None
    if address is not None:
        translation.activate(address.language)
    return render(request, "programmes/post/end.html", {"ended": address is None})
