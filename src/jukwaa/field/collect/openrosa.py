"""The words that ODK Collect and a server exchange (OpenRosa 1.0): lists out, submissions in.

Contract: docs.getodk.org/openrosa; what phones really do: shared/reference/field.md §1.1 to §1.3.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape, quoteattr

from django.utils.translation import gettext as _
from lxml import etree

from jukwaa.field.collect.xlsform import Question, parser

VERSION = "1.0"
# What one POST may hold, as HEAD says; together with the text it stays below what the server takes.
MOST_BYTES = 20_000_000
# A phone sends a single file however large it is: up to here the server (web/server.py) takes it.
LARGEST_POST = 32 * 1024 * 1024 - 1
LONGEST_ID = 249
# What the ready forms answer to “how old?” where nothing more may be asked.
CHILD = "under_18"
NO_NAME = re.compile(r"[\x00-\x1f/\\]")


class Unreadable(ValueError):
    """Bytes that are no submission; the sentence says why."""


@dataclass(frozen=True)
class Sent:
    """A submission as its text says it. answers: by path, of repeats with their number: /f/r[2]/q."""

    form_id: str
    version: str
    instance_id: str
    deprecated_id: str
    answers: dict[str, str]

    @property
    def of_a_child(self) -> bool:
        """Whether the form says that the person who spoke is under 18."""
        return any(is_of_a_child(path, said) for path, said in self.answers.items())

    def without_a_childs_words(self) -> Sent:
        """The same, but of a child nothing that was said: only that it is one."""
        if not self.of_a_child:
            return self
        return replace(self, answers={p: said for p, said in self.answers.items() if is_of_a_child(p, said)})

    def in_xml(self) -> bytes:
        """What is left of it as a text of its own: the same for the same, however often it is sent."""
        root = etree.Element("data", id=self.form_id, version=self.version)
        for path, said in [*self.answers.items(), ("/data/meta/instanceID", self.instance_id)]:
            node = root
            for name in re.sub(r"\[\d+\]", "", path).split("/")[2:]:
                found = node.find(name)
                node = etree.SubElement(node, name) if found is None else found
            node.text = said
        told: bytes = etree.tostring(root)
        return told

    def expected(self, questions: Iterable[Question]) -> list[str]:
        """Names of the files that the text refers to: answers of file questions, and the audit."""
        files = {question.path for question in questions if question.is_file}
        return [
            said
            for path, said in self.answers.items()
            if said and (re.sub(r"\[\d+\]", "", path) in files or path.endswith("/meta/audit"))
        ]


def is_of_a_child(path: str, said: str) -> bool:
    """Whether this answer says that somebody under 18 speaks."""
    return path.endswith("/age") and said == CHILD


def read_submission(xml: bytes) -> Sent:
    """What a submission's text says. Raises Unreadable for what is no XML, names no form or no instance."""
    try:
        root = etree.fromstring(xml, parser())
    except (etree.XMLSyntaxError, ValueError) as wrong:
        raise Unreadable(_("The form's text is not XML that can be read.")) from wrong
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable(_("The form's text declares entities, which no phone does."))
    form_id = root.get("id") or etree.QName(root).namespace or ""
    if not form_id:
        raise Unreadable(_("The form's text does not say of which form it is."))
    answers: dict[str, str] = {}
    _walk(root, f"/{etree.QName(root).localname}", answers)
    instance = _meta(root, "instanceID") or root.get("instanceID", "")
    if not instance or len(instance) > LONGEST_ID:
        raise Unreadable(_("The form's text has no instance id, or one of more than 249 letters."))
    return Sent(form_id, root.get("version", ""), instance, _meta(root, "deprecatedID"), answers)


def _walk(node: etree._Element, path: str, answers: dict[str, str]) -> None:
    children = [child for child in node if isinstance(child.tag, str)]
    if not children:
        answers[path] = (node.text or "").strip()
        return
    names = [etree.QName(child).localname for child in children]
    seen: dict[str, int] = {}
    for child, name in zip(children, names, strict=True):
        seen[name] = seen.get(name, 0) + 1
        place = f"[{seen[name]}]" if names.count(name) > 1 else ""
        _walk(child, f"{path}/{name}{place}", answers)


def _meta(root: etree._Element, name: str) -> str:
    """A field of the form's meta block, in whichever namespace the phone put it."""
    found = root.xpath(f"*[local-name()='meta']/*[local-name()='{name}']/text()")
    return str(found[0]).strip() if isinstance(found, list) and found else ""


def is_file_name(name: str) -> bool:
    """Whether a part's name can be a file's: one name, of ordinary length, nothing that leads elsewhere."""
    return 0 < len(name) <= 255 and not NO_NAME.search(name) and name not in {".", ".."}


# ---- what the server says --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Listed:
    """A form in the list. manifest: where its files are listed; empty when it has none."""

    form_id: str
    name: str
    version: str
    md5: str
    download: str
    manifest: str = ""


def form_list(forms: Iterable[Listed]) -> str:
    """The list of forms that a phone may fetch."""
    items = "".join(
        f"<xform><formID>{escape(form.form_id)}</formID><name>{escape(form.name)}</name>"
        f"<version>{escape(form.version)}</version><hash>md5:{form.md5}</hash>"
        f"<downloadUrl>{escape(form.download)}</downloadUrl>"
        + (f"<manifestUrl>{escape(form.manifest)}</manifestUrl>" if form.manifest else "")
        + "</xform>"
        for form in forms
    )
    return f'{HEAD}<xforms xmlns="http://openrosa.org/xforms/xformsList">{items}</xforms>'


def manifest(files: Iterable[tuple[str, str, str]]) -> str:
    """The files of one form: (name, md5, where it is)."""
    items = "".join(
        f"<mediaFile><filename>{escape(name)}</filename><hash>md5:{md5}</hash>"
        f"<downloadUrl>{escape(where)}</downloadUrl></mediaFile>"
        for name, md5, where in files
    )
    return f'{HEAD}<manifest xmlns="http://openrosa.org/xforms/xformsManifest">{items}</manifest>'


def answer(message: str, nature: str = "submit_success") -> str:
    """What a phone shows its owner after sending."""
    return (
        f'{HEAD}<OpenRosaResponse xmlns="http://openrosa.org/http/response">'
        f"<message nature={quoteattr(nature)}>{escape(message)}</message></OpenRosaResponse>"
    )


HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
