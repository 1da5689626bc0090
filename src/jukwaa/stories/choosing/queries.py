"""Which stories were chosen as those of the most significant change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from jukwaa.programmes.models import Constituency, Programme
from jukwaa.programmes.queries import standing
from jukwaa.stories.models import Selection, Story
from jukwaa.stories.queries import public_stories, stories


def selections(programme: Programme) -> QuerySet[Selection]:
    """Every choice, the widest and latest first."""
    found = standing(Selection.objects.filter(programme=programme))
    return found.select_related("chosen__outcome", "programme").order_by("-level", "-held_on", "pk")


def chosen_before(programme: Programme) -> QuerySet[Story]:
    """The stories that a panel chose on the first level."""
    first = selections(programme).filter(level=Selection.Level.FIRST)
    return stories(programme).filter(pk__in=first.values("chosen")).exclude(text="")


def told(programme: Programme) -> QuerySet[Story]:
    """The stories that a panel can read: those that are told to somebody, and whose words stand."""
    return stories(programme).exclude(text="").exclude(published_on=None)


@dataclass(frozen=True)
class Chosen:
    """A choice as somebody may see it. story is None for whom it is not told to."""

    selection: Selection
    story: Story | None
    groups: tuple[str, ...]
    sentence: str

    @property
    def read(self) -> int:
        """How many stories were read."""
        return len(self.selection.read)


def shown(programme: Programme, *, public: bool) -> list[Chosen]:
    """The choices, each with its panel in words: to the public which groups sat there, never how many."""
    found = list(selections(programme))
    readable = public_stories(programme) if public else told(programme)
    seen = {story.pk: story for story in readable.filter(pk__in=[each.chosen_id for each in found])}
    names = {str(row.pk): str(row) for row in Constituency.objects.filter(programme=programme)}
    return [_shown(each, seen.get(each.chosen_id), names, public) for each in found]


def _shown(selection: Selection, story: Story | None, names: dict[str, str], public: bool) -> Chosen:
    benches = [bench for bench in selection.panel if bench["constituency"] in names]
    groups = tuple(names[bench["constituency"]] for bench in benches)
    return Chosen(selection, story, groups, _panel_in_words(selection.panel, exact=not public))


def _panel_in_words(panel: Sequence[dict[str, int]], *, exact: bool) -> str:
    women, men, others = (sum(bench[kind] for bench in panel) for kind in ("women", "men", "others"))
    if exact:
        said = {"women": women, "men": men, "others": others}
        return _("On the panel: %(women)d women, %(men)d men, %(others)d others.") % said
    if not women:
        return _("No woman sat on the panel.")
    half = 2 * women >= women + men + others
    return (
        _("At least half of the panel were women.") if half else _("Fewer than half of the panel were women.")
    )
