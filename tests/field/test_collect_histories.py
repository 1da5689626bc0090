"""Random histories of phones, networks and edits: nothing is lost, and nothing is doubled.

The obvious model: whatever a phone was told is received is there, byte by byte, with every file; and of each
text and each file there is one row, however often it was sent.
"""

import threading
from collections import Counter
from itertools import chain, repeat

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from jukwaa.field.collect import actions, queries
from jukwaa.field.collect.xlsform import read_sheet
from jukwaa.field.models import Attachment, Submission
from jukwaa.record import blobs
from tests import make
from tests.field import sheets
from tests.field.collect_sim import Collect, Filled
from tests.lengths import COLLECT_HISTORIES

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.soak]

SHEET = sheets.testimony()
MADE = read_sheet(SHEET, name="form.md")

fates = st.lists(st.sampled_from(["through", "through", "cut", "lost", "twice"]), max_size=14)
words = st.sampled_from(["Water.", "Light.", "Dust & noise < here."])
photos = st.lists(st.sampled_from(["one.jpg", "two.jpg", "three.jpg"]), unique=True, max_size=3)
bytes_of_a_file = st.binary(min_size=1, max_size=30)


@st.composite
def filled_forms(draw) -> list[Filled]:
    """Some forms, of which one may be an edit of another: the same instance with another text."""
    found = []
    for number in range(draw(st.integers(1, 4))):
        instance = f"uuid:{draw(st.integers(0, 2)) if number else 0}"
        named = draw(photos)
        xml = sheets.filled(instance, words=draw(words), photos=tuple(named))
        files = {name: draw(bytes_of_a_file) for name in ["voice.amr", *named] if draw(st.booleans())}
        found.append(Filled(xml, files))
    return found


@settings(
    max_examples=COLLECT_HISTORIES,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(forms=filled_forms(), fates=fates, phones=st.integers(1, 2))
def test_whatever_a_phone_was_told_is_received_is_here_once(forms, fates, phones):
    with transaction.atomic():
        programme = make.programme()
        actions.add_edition(programme=programme, made=MADE, sheet=SHEET, by=None)
        _row, token = actions.add_collector(programme=programme, name="Asha", by=None)
        network = chain(fates, repeat("through"))
        holders = [Collect(token, network, list(forms[place::phones])) for place in range(phones)]

        for _again in range(len(fates) + 1):
            for phone in holders:
                phone.send_all()

        sent = [filled for phone in holders for filled in phone.sent]
        assert [phone.waiting for phone in holders] == [[]] * phones
        assert_all_here(sent)
        assert_nothing_doubled(sent)
        transaction.set_rollback(True)


def assert_all_here(sent: list[Filled]) -> None:
    for filled in sent:
        [row] = [s for s in Submission.objects.all() if blobs.read(s.xml) == filled.xml]
        here = {(each.name, blobs.read(each.file)) for each in queries.attachments(row)}
        assert set(filled.files.items()) <= here


def assert_nothing_doubled(sent: list[Filled]) -> None:
    assert Submission.objects.count() == len({filled.xml for filled in sent})
    rows = Counter((a.submission_id, a.name, a.file) for a in Attachment.objects.all())
    assert set(rows.values()) <= {1}
    variants = Submission.objects.exclude(state=Submission.State.VARIANT).values_list(
        "instance_id", flat=True
    )
    assert len(set(variants)) == len(variants)


@pytest.mark.postgresql_round
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("texts", [8, 1], ids=["eight versions", "the same eight times"])
def test_of_what_arrives_at_once_under_one_instance_one_text_stands_and_all_are_kept(texts):
    programme = make.programme()
    edition = actions.add_edition(programme=programme, made=MADE, sheet=SHEET, by=None)
    collector, _token = actions.add_collector(programme=programme, name="Asha", by=None)
    together, failed = threading.Barrier(8), []

    def send(number: int) -> None:
        try:
            together.wait()
            photo = actions.Part("one.jpg", bytes([number % texts]), "image/jpeg")
            xml = sheets.filled("uuid:1", words=f"Version {number % texts}")
            actions.receive_submission(collector=collector, xml=xml, parts=[photo])
        except Exception as problem:  # noqa: BLE001 - whatever it was, the test shows it
            failed.append(problem)
        finally:
            connection.close()

    phones = [threading.Thread(target=send, args=[number]) for number in range(8)]
    for phone in phones:
        phone.start()
    for phone in phones:
        phone.join()

    assert failed == []
    states = Counter(queries.submissions(edition.form).values_list("state", flat=True))
    assert states == Counter({"received": 1, "variant": texts - 1}) + Counter()
    assert Attachment.objects.count() == texts
