"""The newest stories and publications that everybody may see, as an Atom feed."""

from __future__ import annotations

from datetime import datetime, time

from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from jukwaa.programmes.books import for_xml
from jukwaa.stories.queries import Item, library, public_stories, publications

NEWEST = 20


class Library(Feed):  # type: ignore[type-arg]
    """Stories and publications of all public programmes, newest first."""

    feed_type = Atom1Feed

    def title(self) -> str:
        return _("Jukwaa: stories and publications")

    def link(self) -> str:
        return reverse("web:home")

    def items(self) -> list[Item]:
        return library(public_stories(), publications())[:NEWEST]

    def item_title(self, item: Item) -> str:
        return for_xml(item.title)

    def item_description(self, item: Item) -> str:
        return for_xml(item.opening[:300])

    def item_link(self, item: Item) -> str:
        return item.url

    def item_pubdate(self, item: Item) -> datetime | None:
        return timezone.make_aware(datetime.combine(item.when, time())) if item.when else None
