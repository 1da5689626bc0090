"""What changes by forms filled in on a page: a submission like any other."""

from __future__ import annotations

from collections.abc import Mapping

from jukwaa import record
from jukwaa.field.collect import actions as collect
from jukwaa.field.collect.actions import Part, Receipt
from jukwaa.field.models import Form, Submission
from jukwaa.field.plain import held
from jukwaa.field.plain.xform import Filling
from jukwaa.programmes.models import Member, Participant
from jukwaa.record.write import By


def send(
    *, filling: Filling, instance: str, files: Mapping[str, held.Held], by: Member | Participant
) -> Receipt:
    """Keep what was filled in, as if a phone with Collect had sent it; what is not relevant stays out.

    Raises collect.actions.Forgotten, and held.Gone for a file that is not here any more.
    """
    asked = {path: file for path, file in files.items() if filling.is_asked(path)}
    xml = filling.submission(instance, {path: file.name for path, file in asked.items()})
    parts = [Part(each.name, held.read(each), each.mime, each.cleaning) for each in asked.values()]
    receipt = collect.receive_submission(filled_by=by, xml=xml, parts=parts)
    for each in files.values():
        held.drop(each)
    return receipt


def send_unchecked(
    *, filling: Filling, instance: str, files: Mapping[str, held.Held], fits: bool, by: Member | Participant
) -> Receipt:
    """The same for what waited on a phone: what does not fit is kept, and marked for a person."""
    receipt = send(filling=filling, instance=instance, files=files, by=by)
    if receipt.new and not fits:
        collect.review_submission(submission=receipt.submission, review=Submission.Review.ISSUES, by=by)
    return receipt


def let_cards_fill_in(*, form: Form, allowed: bool, by: By) -> Form:
    """Let people with a card fill the form in themselves, or no longer."""
    return record.put("field.form_opened", form, by_card=allowed, by=by)
