"""The page on which anybody who has a card or a slip can ask to be forgotten, from any phone."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from jukwaa.field.leaving import actions, forms
from jukwaa.programmes.access import forget_card
from jukwaa.programmes.consent import WHAT_GOES


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Type the number, read what goes, and it is done. The number comes by POST: addresses stay in logs."""
    form = forms.LeaveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        digits = form.cleaned_data["digits"]
        try:
            if form.cleaned_data["sure"]:
                return _done(request, digits)
            actions.look_up(digits)
        except actions.Unknown:
            form.add_error("digits", _("Nothing is kept under this number. Look at it once more."))
        except ValidationError as wrong:
            form.add_error(None, wrong)
        else:
            return render(request, "field/leaving/sure.html", {"digits": digits, "what_goes": WHAT_GOES})
    return render(request, "field/leaving/ask.html", {"form": form})


def _done(request: HttpRequest, digits: str) -> HttpResponse:
    report = actions.forget_by_number(digits=digits)
    response = render(request, "field/leaving/done.html", {"report": report})
    forget_card(response)
    return response
