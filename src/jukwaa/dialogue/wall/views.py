"""The projector: its page for the wall, and the page from which staff put it there."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache

from jukwaa.dialogue import queries as room
from jukwaa.dialogue.door.addresses import address_of, to_join
from jukwaa.dialogue.doors import crumbs, get_gathering
from jukwaa.dialogue.models import Gathering, Round, Wall
from jukwaa.dialogue.wall import links, queries
from jukwaa.dialogue.wall.queries import MOST_WORDS, Scene
from jukwaa.field import languages
from jukwaa.programmes.access import P, get_programme


def projector(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """How to put the wall up: its address in each language, for this computer and for another one."""
    member, found = get_gathering(request, programme, gathering)
    path = reverse("dialogue:wall_link", args=[programme, links.sign(found)])
    spoken = dict.fromkeys([*member.programme.languages.split(), *dict(settings.LANGUAGES)])
    shown = {
        "gathering": found,
        "walls": [(languages.NAMES.get(code, code), code, f"{path}?in={code}") for code in spoken],
        "other": address_of(request, path),
        "showing": Wall(found.wall).label,
        "crumbs": crumbs(member, found),
    }
    return render(request, "dialogue/wall/projector.html", shown)


def wall(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """To the wall, in the language in which it is asked for; from there on no log-in is needed."""
    member, found = get_gathering(request, programme, gathering, P.SEE)
    if found.frozen:
        raise Http404
    path = reverse("dialogue:wall_link", args=[programme, links.sign(found)])
    return redirect(f"{path}?in={request.GET.get('in', member.programme.first_language)}")


@never_cache
def wall_link(request: HttpRequest, programme: str, link: str) -> HttpResponse:
    """The wall, as the facilitator set it. Asked again with the ETag of what is shown, it answers 304."""
    found = links.open_link(get_programme(programme), link)
    if found is None:
        raise Http404
    language = request.GET.get("in", "")
    spoken = language if language in languages.NAMES else found.programme.first_language
    with translation.override(spoken):
        return _wall(request, found)


def _wall(request: HttpRequest, gathering: Gathering) -> HttpResponse:
    shown = queries.scene(gathering, request.GET.get("page", ""))
    etag = shown.etag(request.get_host(), room.marks(gathering.programme_id))
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return unchanged
    said = {
        "gathering": gathering,
        "kind": shown.kind,
        "language": get_language(),
        "join": to_join(request),
        "scene": f"dialogue/wall/{shown.kind}.html",
    }
    said |= SCENES[shown.kind](gathering, shown)
    response = render(request, "dialogue/wall/wall.html", said)
    response["ETag"] = etag
    return response


# ---- what each of them shows -----------------------------------------------------------------------------


def _nothing(gathering: Gathering, shown: Scene) -> dict[str, Any]:
    return {}


def _question(gathering: Gathering, shown: Scene) -> dict[str, Any]:
    of = _round(shown)
    here = queries.here(gathering)
    state = "open" if of.is_open() else "paused" if of.paused_at else "closed" if of.closed_at else "before"
    said = queries.answered_in_words(room.answered(of, here), here) if of.opened_at else ""
    return {"round": of, "answered": said, "state": state}


def _results(gathering: Gathering, shown: Scene) -> dict[str, Any]:
    """Common ground as a list, then one statement at a time; of a round not of votes its order."""
    of = _round(shown)
    if of.method != Round.Method.VOTES:
        return _order(of)
    found = queries.results(of)
    said: dict[str, Any] = {"round": of, "drawn": bool(found)}
    if not found:
        return said | {"open": of.is_open(), "nobody": not room.tally(of).voters}
    page = min(shown.page, len(found) + 1)
    said |= {"page": page, "pages": len(found) + 1, "before": _at(of, page - 1), "after": _at(of, page + 1)}
    if page > 1:
        result = found[page - 2]
        said["result"] = result
        [said["statement"]] = queries.within(queries.WORDS_OF_A_STATEMENT, queries.shortened([result], of))
        said["lines"] = [queries.line(row) for row in result.rows]
        return said
    common = [each for each in found if each.label == "common ground"]
    listed = queries.within(MOST_WORDS - 10, queries.shortened(common, of))
    return said | {
        "common": listed,
        "others": queries.others(len(common) - len(listed)),
        "many": len(found),
    }


def _order(of: Round) -> dict[str, Any]:
    """What a round that is not of votes came to, as many lines of it as the wall has room for."""
    places = queries.in_order(of)
    listed = queries.within(MOST_WORDS - 12, places or [])
    shown: dict[str, Any] = {"round": of, "open": of.is_open(), "ordered": True, "drawn": places is not None}
    if places is None:
        shown["nobody"] = not room.tally(of).voters
    return shown | {"places": listed, "others": queries.others(len(places or []) - len(listed))}


def _map(gathering: Gathering, shown: Scene) -> dict[str, Any]:
    of = _round(shown)
    snapshot = None if of.is_open() else of.snapshot
    picture = room.picture(of, snapshot) if snapshot else None
    said: dict[str, Any] = {"round": of, "picture": picture, "open": of.is_open()}
    if picture:
        ends = {"left": picture.left, "right": picture.right}
        said |= {
            end: queries.within(8, [queries.Short(0, s.said.text, s.said.language) for s in statements[:1]])
            for end, statements in ends.items()
        }
    return said


def _step(gathering: Gathering, shown: Scene) -> dict[str, Any]:
    return {"step": shown.step, "minutes": shown.minutes}


SCENES: dict[Wall, Callable[[Gathering, Scene], dict[str, Any]]] = {
    Wall.JOIN: _nothing,
    Wall.QUESTION: _question,
    Wall.RESULTS: _results,
    Wall.MAP: _map,
    Wall.STEP: _step,
    Wall.BLANK: _nothing,
}


def _at(of: Round, page: int) -> str:
    return f"{queries.short(of)}-{page}"


def _round(shown: Scene) -> Round:
    """The round of a scene that has one, in the language of the wall."""
    if shown.round is None:
        raise ValueError(f"{shown.kind} is of a round, and there is none")
    room.in_the_readers_language([shown.round])
    return shown.round
