"""Addresses that only the home node reads, and the messages that wait for them."""

import uuid

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy

from jukwaa.programmes.models import Address, Home, Message
from jukwaa.programmes.post import actions, home, queries
from jukwaa.record.models import Event
from tests import make

pytestmark = pytest.mark.django_db


def give(programme, address="anna@example.org", **others):
    said = {"role": Address.Role.OWNER, "of": programme.pk, "language": "en", "by": None}
    return actions.give_address(programme=programme, address=address, **(said | others))


def test_an_address_is_given_once_and_only_the_home_node_reads_it():
    programme = make.programme()

    first = give(programme, " Anna@Example.org ")
    again = give(programme, "anna@example.org", language="sw")

    assert again.pk == first.pk
    assert Address.objects.get().language == "sw"
    assert home.unseal(first.sealed) == {"address": "Anna@example.org"}


def test_no_row_and_no_event_shows_an_address():
    give(make.programme())

    assert "example.org" not in repr(list(Address.objects.values()))
    assert "example.org" not in repr(list(Event.objects.values()))


@pytest.mark.parametrize(
    "wrong", ["anna", "anna@", "a b@c", "anna@example.org\nBcc: b@c.org,d@e.org", "ä@b.org"]
)
def test_what_is_no_address_is_not_kept(wrong):
    with pytest.raises(actions.NotGiven):
        give(make.programme(), wrong)

    assert not Address.objects.exists()


def test_an_address_that_ends_is_erased_with_what_waited_for_it():
    programme = make.programme()
    row = give(programme)
    write(programme)

    actions.end_address(address=row, by=None)

    assert not Address.objects.exists()
    assert not Message.objects.exists()
    assert not Event.objects.filter(
        object=row.pk, personal__isnull=False, model="programmes.address"
    ).exists()


def write(programme, key="due", **others):
    said = {"role": Address.Role.OWNER, "of": programme.pk, "subject": "A promise", "text": "It is due."}
    return actions.write(programme=programme, key=key, **(said | others))


def test_the_same_key_is_one_message_for_each_address():
    programme = make.programme()
    give(programme)
    give(programme, "baraka@example.org")

    counts = [write(programme), write(programme), write(programme, key="other")]

    assert counts == [2, 0, 2]


def test_a_message_is_written_in_its_readers_language_and_sealed():
    programme = make.programme()
    give(programme, language="sw")

    with translation.override("en"):
        write(programme, text=gettext_lazy("Programme"))

    row = Message.objects.get()
    with translation.override("sw"):
        assert home.unseal(row.sealed)["text"] == str(gettext_lazy("Programme"))
    assert "promise" not in row.sealed


def test_a_subject_is_one_line():
    programme = make.programme()
    give(programme)

    write(programme, subject="Due\r\nBcc: all@example.org")

    assert home.unseal(Message.objects.get().sealed)["subject"] == "Due Bcc: all@example.org"


# ---- which node writes -----------------------------------------------------------------------------------


def test_the_first_address_makes_this_node_the_home():
    programme = make.programme()
    assert queries.place_of(programme) is queries.Place.NOWHERE

    give(programme)

    assert queries.place_of(programme) is queries.Place.HERE


def test_another_node_keeps_addresses_for_the_home_and_writes_to_nobody(settings, tmp_path):
    programme = make.programme()
    give(programme)
    at_home, settings.JUKWAA_HOME = settings.JUKWAA_HOME, tmp_path / "another"
    settings.JUKWAA_HOME.mkdir()

    there = give(programme, "baraka@example.org")
    written = write(programme)

    assert queries.place_of(programme) is queries.Place.ELSEWHERE
    assert written == 0
    with pytest.raises(home.CannotOpen):
        home.unseal(there.sealed)
    settings.JUKWAA_HOME = at_home
    assert home.unseal(there.sealed) == {"address": "baraka@example.org"}


def test_a_copied_folder_writes_to_nobody(settings, tmp_path):
    programme = make.programme()
    give(programme)
    copy_of(settings.JUKWAA_HOME, tmp_path / "copy")

    settings.JUKWAA_HOME = tmp_path / "copy"

    assert queries.place_of(programme) is queries.Place.COPY
    assert write(programme) == 0


def test_a_database_put_back_from_before_some_mail_went_out_writes_to_nobody():
    programme = make.programme()
    give(programme)

    home.note_sent(1)

    assert queries.place_of(programme) is queries.Place.BEHIND
    assert write(programme) == 0


def copy_of(folder, to):
    to.mkdir()
    for file in folder.iterdir():
        if file.is_file():
            (to / file.name).write_bytes(file.read_bytes())


def test_the_key_is_for_its_owner_alone():
    home.recipient()

    assert (settings.JUKWAA_HOME / home.KEY).stat().st_mode & 0o777 == 0o600


def test_the_first_address_says_so_in_the_record():
    programme = make.programme()

    give(programme)

    assert Home.objects.get().pk == Home.id_for(programme.pk)
    assert uuid.UUID(str(Home.objects.get().node)) == home.number_of_node()
