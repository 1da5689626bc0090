"""The referral card: where a child or somebody in danger finds help here, and how forms come to say it."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Mapping

import openpyxl
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from jukwaa.field.models import Edition, Referral
from jukwaa.programmes.models import Programme
from jukwaa.programmes.queries import standing

# What stands in a sheet where the words of the card come; the spaces before it make room for a new paragraph.
PLACE = "[[referral_card]]"
PLACED = re.compile(r"\s*" + re.escape(PLACE))


def referrals(programme: Programme) -> QuerySet[Referral]:
    """The card's words, a row for each language that ever had some."""
    return standing(Referral.objects.filter(programme=programme))


def card(programme: Programme) -> dict[str, str]:
    """The card's words by language, the programme's own languages first; empty where nobody wrote any."""
    said = {row.language: row.text for row in referrals(programme) if row.text}
    return {code: said[code] for code in dict.fromkeys([*programme.languages.split(), *said]) if code in said}


def words_in(card: Mapping[str, str], language: str) -> str:
    """What the card says to a reader of the language: a phone number helps also beside words of another."""
    return card.get(language) or next(iter(card.values()), "")


def digest(card: Mapping[str, str]) -> str:
    """A short name for exactly these words."""
    if not card:
        return Edition.NO_WORDS
    return hashlib.sha256(json.dumps(card, sort_keys=True).encode()).hexdigest()[:8]


def is_old(edition: Edition, card: Mapping[str, str]) -> bool:
    """Whether the edition shows other words than the card has now."""
    return bool(edition.referral) and edition.referral != digest(card)


def with_old_words(programme: Programme, card: Mapping[str, str]) -> list[Edition]:
    """The published editions that show other words than the card has now."""
    published = standing(Edition.objects.filter(programme=programme, state=Edition.State.PUBLISHED))
    return [edition for edition in published.select_related("form") if is_old(edition, card)]


# ---- in a sheet ------------------------------------------------------------------------------------------


def filled(sheet: bytes, card: Mapping[str, str]) -> tuple[bytes, str]:
    """The workbook with the card's words where it has a place for them, and the digest of these words.

    Its version then ends in that digest, so that another card is another version, and the same card on
    another computer the same one. A sheet without a place for it comes back as it is, with "".
    """
    if not _has_place(sheet):
        return sheet, ""
    book, shown = openpyxl.load_workbook(io.BytesIO(sheet), data_only=True), digest(card)
    for page in book:
        heads = [str(cell.value or "") for cell in page[1]]
        for row in page.iter_rows(min_row=2):
            for head, cell in zip(heads, row, strict=False):
                if isinstance(cell.value, str) and PLACE in cell.value:
                    cell.value = _said(cell.value, card, head)
                elif card and page.title == "settings" and head == "version" and cell.value:
                    cell.value = f"{cell.value}-{shown}"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), shown


def _has_place(sheet: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(sheet)) as packed:
        names = [name for name in packed.namelist() if name.endswith(".xml")]
        return any(PLACE.encode() in packed.read(name) for name in names)


def _said(cell: str, card: Mapping[str, str], head: str) -> str:
    """A cell with the card's words. head: of its column, “label::Kiswahili (sw)”."""
    code = re.search(r"\(([A-Za-z-]+)\)\s*$", head)
    words = words_in(card, code[1] if code else "")
    said = PLACED.sub(lambda _place: f"\n\n{words}" if words else "", cell).strip()
    return said or _without_a_card(code[1] if code else "en")


def _without_a_card(language: str) -> str:
    with override(language):
        return _("Tell the person who protects children in this programme today.")
