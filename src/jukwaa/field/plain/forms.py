"""What a page of a form sends: answers of this page and those before it, and files."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jukwaa.field import media
from jukwaa.field.collect.openrosa import LONGEST_ID, is_of_a_child
from jukwaa.field.collect.queries import bare
from jukwaa.field.plain import held, queries
from jukwaa.field.plain.xform import FILES, Asked, Filling, Sheet, new_instance

LONGEST_ANSWER = 20_000
MOST_OF_A_REPEAT = 50
NUMBERED = re.compile(r"\[(\d{1,2})\]")


@dataclass
class Given:
    """What was sent. page: which one was answered; go: next, back, more or all; wrong: of files, by path."""

    instance: str
    started: datetime
    page: int
    go: str
    answers: dict[str, str]
    files: dict[str, held.Held]
    wrong: dict[str, str]

    def filling(self, sheet: Sheet) -> Filling:
        """The form with these answers."""
        names = {path: file.name for path, file in self.files.items()}
        return Filling(sheet, self.answers | names, started=self.started)

    def one_more(self, question: Asked) -> None:
        """Ask the group that the question is in once more."""
        many = Filling.how_many(question.repeat, self.answers | dict.fromkeys(self.files, ""))
        if many < MOST_OF_A_REPEAT:
            self.answers[f"{question.repeat}[{many + 1}]{question.path.removeprefix(question.repeat)}"] = ""


def begun() -> Given:
    """A form of which nothing was answered yet."""
    return Given(new_instance(), timezone.localtime().replace(microsecond=0), -1, "next", {}, {}, {})


def given(
    sheet: Sheet, said: QueryDict, files: MultiValueDict[str, UploadedFile[bytes]], *, ask_again: bool = True
) -> Given:
    """What a page sent; what is no question of this form is left out.

    ask_again: whether somebody is there to send another file for one that cannot be read; otherwise that one
    is kept as it came, and named in `wrong` all the same.
    """
    asked = {question.path: question for question in sheet.questions}
    found = Given(
        instance=_instance(said.get("instance", "")),
        started=_moment(said.get("started", "")),
        page=int(said.get("page", "")) if said.get("page", "").isdecimal() else 0,
        go=said.get("go", "next"),
        answers={},
        files={},
        wrong={},
    )
    for path in said:
        question = asked.get(bare(path))
        if question and question.kind not in FILES and _fits(path):
            found.answers[path] = _answer(question, said.getlist(path))
    if queries.is_child(found.answers):
        found.answers = {path: words for path, words in found.answers.items() if is_of_a_child(path, words)}
        return found
    _take_files(found, asked, said, files, ask_again=ask_again)
    return found


def _instance(said: str) -> str:
    """The id under which the page was begun: sending it twice is sending one. A new one for nonsense."""
    return said if re.fullmatch(r"uuid:[0-9a-f-]{36}", said) and len(said) <= LONGEST_ID else new_instance()


def _moment(said: str) -> datetime:
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        return timezone.localtime().replace(microsecond=0)
    return found if found.tzinfo else timezone.make_aware(found)


def _fits(path: str) -> bool:
    """Whether the path's numbers are those of a repeat of ordinary length."""
    return all(1 <= int(number) <= MOST_OF_A_REPEAT for number in NUMBERED.findall(path))


def _answer(question: Asked, said: list[str]) -> str:
    if question.kind == "many":
        return " ".join(each for each in said if each)
    words = said[-1].strip()[:LONGEST_ANSWER].replace("\r\n", "\n")
    words = "".join(c for c in words if c in "\n\t" or c >= " ")  # XML 1.0 has no other control characters
    return words.replace(",", ".") if question.kind == "decimal" else words


def _take_files(
    found: Given,
    asked: dict[str, Asked],
    said: QueryDict,
    files: MultiValueDict[str, UploadedFile[bytes]],
    *,
    ask_again: bool,
) -> None:
    for field in said:
        path = field.removeprefix("held:")
        if field == path or bare(path) not in asked or said.get(f"drop:{path}"):
            continue
        try:
            found.files[path] = held.find(said.get(field, ""))
        except held.Gone as gone:
            found.wrong[path] = str(gone)
    for path, upload in files.items():
        question = asked.get(bare(path))
        if question is None or question.kind not in FILES or isinstance(upload, list) or not _fits(path):
            continue
        largest = media.LARGEST_PHOTO if question.kind == "image" else media.LARGEST_RECORDING
        data = upload.read(largest + 1 if ask_again else -1)
        try:
            found.files[path] = held.put_by(data, question.kind)
            found.wrong.pop(path, None)
        except media.Refused as refused:
            found.wrong[path] = str(refused)
            if not ask_again and data:
                found.files[path] = held.put_by_as_it_came(data)


# ---- what waited on a phone, in a file -------------------------------------------------------------------

LARGEST_FILE = 30_000_000


@dataclass(frozen=True)
class Waited:
    """One filled-in form out of such a file."""

    edition: str
    title: str
    said: QueryDict
    files: MultiValueDict[str, UploadedFile[bytes]]


class UnsentForm(forms.Form):
    """A file that a phone made of what it could not send."""

    unsent = forms.FileField(
        label=gettext_lazy("File with unsent answers"),
        help_text=gettext_lazy("Its name begins with “jukwaa-unsent”. At most 30 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".json,application/json"}),
    )

    waited: list[Waited]

    def clean_unsent(self) -> UploadedFile:  # type: ignore[type-arg]
        """What is in the file, as `waited`."""
        upload: UploadedFile = self.cleaned_data["unsent"]  # type: ignore[type-arg]
        try:
            said = json.loads(upload.read(LARGEST_FILE + 1))
            if said["jukwaa"] != "unsent":
                raise ValueError("another kind of file")
            self.waited = [_waited(each) for each in said["items"]]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as wrong:
            raise forms.ValidationError(
                _("This is no file of unsent answers. On the phone, press “Save what waits to a file” again.")
            ) from wrong
        return upload


def _waited(item: dict[str, Any]) -> Waited:
    said = QueryDict(mutable=True)
    for name, words in item["answers"]:
        said.appendlist(str(name), str(words))
    files: MultiValueDict[str, UploadedFile[bytes]] = MultiValueDict()
    for name, called, kind, data in item["files"]:
        files.appendlist(str(name), SimpleUploadedFile(str(called) or "file", b64decode(data), str(kind)))
    return Waited(said.get("edition", ""), str(item["title"])[:200], said, files)
