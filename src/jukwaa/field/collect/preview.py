"""How a form reads on a phone, in one of its languages: groups, questions, hints, choices, conditions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

from jukwaa.field.collect.xlsform import XFORMS, code_of, parser

ITEXT = re.compile(r"jr:itext\('(.*)'\)")
INSTANCE = re.compile(r"instance\('([^']+)'\)")
PATH = re.compile(r"(?<![\w'.])(?:/[\w.-]+)*/([\w.-]+)")
KINDS = {
    "select1": "one",
    "select": "many",
    "trigger": "tick",
    "range": "number",
    "odk:rank": "order",
}
TYPES = {
    "int": "number",
    "decimal": "number",
    "date": "date",
    "time": "time",
    "dateTime": "moment",
    "geopoint": "place",
    "geotrace": "place",
    "geoshape": "place",
    "barcode": "barcode",
}
MEDIA = {"image/*": "photo", "audio/*": "sound", "video/*": "film"}


@dataclass(frozen=True)
class Shown:
    """A question, a group or a repeat as a phone shows it. kind: group, repeat, note, text, number, one, …

    asked_if: the condition on which it is asked, with questions as ${name}; empty when it always is.
    """

    kind: str
    name: str
    label: str
    hint: str
    required: bool
    asked_if: str
    choices: tuple[str, ...] = ()
    inside: tuple[Shown, ...] = ()


def shown(xform: bytes, language: str) -> tuple[Shown, ...]:
    """The form in that language (its code; “default” where there is none), in the order in which it asks."""
    return _Reader(etree.fromstring(xform, parser()), language).read()


class _Reader:
    """What one form says in one language."""

    def __init__(self, root: Any, language: str) -> None:
        self.root = root
        self.texts: dict[str, str] = {}
        for translation in root.iter(f"{XFORMS}translation"):
            if code_of(translation.get("lang", "")) == language:
                self.texts = {text.get("id", ""): _words(text) for text in translation}
        self.binds = {bind.get("nodeset", ""): bind for bind in root.iter(f"{XFORMS}bind")}

    def read(self) -> tuple[Shown, ...]:
        [body] = self.root.iter("{http://www.w3.org/1999/xhtml}body")
        return self._all(body)

    def _all(self, parent: Any) -> tuple[Shown, ...]:
        found = []
        for node in parent:
            tag = etree.QName(node).localname
            if tag == "group":
                repeat = node.find(f"{XFORMS}repeat")
                inside = node if repeat is None else repeat
                found.append(self._one(node, "group" if repeat is None else "repeat", self._all(inside)))
            elif node.get("ref") and tag in {*KINDS, "input", "upload", "rank"}:
                found.append(self._one(node, self._kind(node, tag)))
        return tuple(found)

    def _kind(self, node: Any, tag: str) -> str:
        bind = self.binds.get(node.get("ref"))
        if tag == "upload":
            return MEDIA.get(node.get("mediatype", ""), "file")
        if tag == "input" and bind is not None and bind.get("readonly") == "true()":
            return "note"
        return KINDS.get(tag) or TYPES.get(bind.get("type", "") if bind is not None else "", "text")

    def _one(self, node: Any, kind: str, inside: tuple[Shown, ...] = ()) -> Shown:
        repeat = node.find(f"{XFORMS}repeat")
        path = node.get("ref") or (repeat.get("nodeset", "") if repeat is not None else "")
        bind = self.binds.get(path)
        asked_if = bind.get("relevant", "") if bind is not None else ""
        return Shown(
            kind=kind,
            name=path.rpartition("/")[2],
            label=self._said(node.find(f"{XFORMS}label")),
            hint=self._said(node.find(f"{XFORMS}hint")),
            required=bind is not None and bind.get("required") == "true()",
            asked_if=" ".join(PATH.sub(lambda found: f"${{{found[1]}}}", asked_if).split()),
            choices=self._choices(node),
            inside=inside,
        )

    def _said(self, node: Any) -> str:
        if node is None:
            return ""
        named = ITEXT.fullmatch(node.get("ref", ""))
        return self.texts.get(named[1], "") if named else _flat(node)

    def _choices(self, node: Any) -> tuple[str, ...]:
        inline = [self._said(item.find(f"{XFORMS}label")) for item in node.findall(f"{XFORMS}item")]
        itemset = node.find(f"{XFORMS}itemset")
        listed = INSTANCE.search(itemset.get("nodeset", "")) if itemset is not None else None
        if listed is None:
            return tuple(inline)
        items = self.root.iterfind(f".//{XFORMS}instance[@id='{listed[1]}']//{XFORMS}item")
        return tuple(
            self.texts.get(item.findtext(f"{XFORMS}itextId") or "", "")
            or item.findtext(f"{XFORMS}label")
            or item.findtext(f"{XFORMS}name")
            or ""
            for item in items
        )


def _words(text: Any) -> str:
    """The words of an itext, without its pictures and sounds; pyxform writes a dash where there are none."""
    found = next((_flat(value) for value in text if value.get("form", "") in {"", "long"}), "")
    return "" if found == "-" else found


def _flat(node: Any) -> str:
    """Words with what is put into them as ${name}."""
    parts = [node.text or ""]
    for child in node:
        parts += ["${", child.get("value", "").strip().rpartition("/")[2], "}", child.tail or ""]
    return "".join(parts).strip()
