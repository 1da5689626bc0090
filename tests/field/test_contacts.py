"""The contact book: sealed when typed, opened by custodians alone, erased with whoever withdraws."""

import pyrage
import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from jukwaa.field.contacts import actions, book, queries
from jukwaa.field.models import Contact
from jukwaa.programmes import actions as programmes
from jukwaa.programmes.models import Copy, Purpose, Role
from jukwaa.record.models import Event
from jukwaa.web import reactions
from tests import make

pytestmark = pytest.mark.django_db

NAME, PHONE = "Neema Masanja", "0712 345 678"


class Keeper:
    """A custodian with a key of their own."""

    def __init__(self, programme, name: str) -> None:
        self.key = pyrage.x25519.Identity.generate()
        self.public = str(self.key.to_public())
        self.row = actions.add_custodian(programme=programme, name=name, recipient=self.public, by=None)


@pytest.fixture
def programme():
    return make.programme()


@pytest.fixture
def rehema(programme):
    return Keeper(programme, "Rehema")


@pytest.fixture
def ann(programme):
    ann = make.participant(programme)
    make.consent(ann, Purpose.RECONTACT)
    return ann


def kept(person, **said) -> Contact:
    return actions.keep_contact(person=person, **({"name": NAME, "phone": PHONE, "by": None} | said))


def everything_in_the_database() -> str:
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found += [f"{table} {row}" for row in cursor.fetchall()]
    return "\n".join(found)


def test_only_a_custodian_reads_what_was_sealed(programme, rehema, ann):
    row = kept(ann)

    assert book.unseal(row.sealed, rehema.key) == {"name": NAME, "phone": PHONE, "more": ""}
    assert NAME not in everything_in_the_database()
    with pytest.raises(book.CannotOpen):
        book.unseal(row.sealed, pyrage.x25519.Identity.generate())


def test_no_row_and_no_event_ties_an_entry_to_its_person(rehema, ann):
    row = kept(ann)

    [said] = Event.objects.filter(object=row.pk)
    assert str(ann.pk) not in f"{said.subject} {said.plain} {said.personal}"
    assert ann.pk.hex not in said.subject.hex
    assert row.subject in book.tokens_of(ann.pk)


def test_the_tie_cannot_be_worked_out_without_the_key_of_this_computer(rehema, ann, settings):
    row = kept(ann)

    settings.SECRET_KEY = "another computer's"

    assert row.subject not in book.tokens_of(ann.pk)


def test_after_a_change_of_the_secret_key_the_tie_is_still_found(rehema, ann, settings):
    row = kept(ann)

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a new one", [settings.SECRET_KEY]

    assert queries.contacts_of(ann).get() == row


def test_the_length_of_an_entry_tells_nothing(rehema, ann):
    short = kept(ann, name="A", phone="1")
    long = kept(ann, name="A" * 120, phone="1" * 60, more="x" * 200)

    # What is left to tell them apart is what age itself adds by chance.
    texts = [pyrage.decrypt(row.sealed.encode(), [rehema.key]) for row in (short, long)]
    assert len(texts[0]) == len(texts[1])


def test_a_new_entry_takes_the_place_of_the_old_one(rehema, ann):
    before = kept(ann)
    after = kept(ann, phone="0655")

    assert list(Contact.objects.all()) == [after]
    assert Event.objects.get(object=before.pk, verb="field.contact_sealed").personal is None


def test_without_a_yes_to_be_asked_again_nothing_is_kept(programme, rehema):
    with pytest.raises(actions.NotKept, match="not agreed to be asked again"):
        kept(make.participant(programme))


def test_without_a_custodian_nothing_is_kept(ann):
    with pytest.raises(actions.NotKept, match="no custodian"):
        kept(ann)


def test_the_entry_goes_with_whoever_is_forgotten(rehema, ann):
    kept(ann)

    programmes.forget_participant(participant=ann, by=None)
    reactions.react_once()

    assert not Contact.objects.exists()
    assert not Event.objects.filter(verb="field.contact_sealed", personal__isnull=False).exists()


def test_the_entry_goes_when_they_no_longer_want_to_be_asked_again(rehema, ann):
    kept(ann)

    programmes.end_consent(participant=ann, purpose=Purpose.RECONTACT, by=None)
    reactions.react_once()
    assert not Contact.objects.exists()

    make.consent(ann, Purpose.RECONTACT)
    kept(ann)
    reactions.react_once()
    assert Contact.objects.count() == 1


def test_a_private_key_is_refused_with_a_warning(programme):
    with pytest.raises(book.NotAKey, match="make a new one"):
        private = str(pyrage.x25519.Identity.generate())
        actions.add_custodian(programme=programme, name="R", recipient=private, by=None)
    assert "AGE-SECRET-KEY" not in everything_in_the_database()


def test_the_book_holds_only_those_who_agree_today(programme, rehema, ann):
    other = make.participant(programme)
    make.consent(other, Purpose.RECONTACT)
    mine, _theirs = kept(ann), kept(other)

    programmes.give_consent(participant=other, purpose=Purpose.RECONTACT, given=False, by=None)

    assert [entry.id for entry in queries.to_take_along(programme)] == [str(mine.pk)]


def test_a_new_custodian_opens_what_one_who_can_seals_anew(programme, rehema, ann, tmp_path):
    kept(ann)
    juma = Keeper(programme, "Juma")
    assert [opens for _who, opens in queries.stands(programme).opens] == [0, 1]

    taken = book.read_book(book.write_book("Geita", [rehema.public], queries.to_take_along(programme)))
    anew = book.reseal(taken, rehema.key, [rehema.public, juma.public])
    data = book.write_book(anew.programme, anew.recipients, anew.entries)
    assert actions.take_in(programme=programme, data=data, by=None) == 1

    assert [opens for _who, opens in queries.stands(programme).opens] == [1, 1]
    assert book.unseal(Contact.objects.get().sealed, juma.key)["name"] == NAME


def test_a_book_sealed_for_others_is_not_taken_in(programme, rehema, ann):
    kept(ann)
    stranger = pyrage.x25519.Identity.generate()
    taken = book.read_book(book.write_book("Geita", [rehema.public], queries.to_take_along(programme)))
    anew = book.reseal(taken, rehema.key, [str(stranger.to_public())])

    with pytest.raises(actions.NotKept, match="others than the custodians"):
        data = book.write_book(anew.programme, anew.recipients, anew.entries)
        actions.take_in(programme=programme, data=data, by=None)


def test_words_in_the_clear_are_not_taken_in(programme, rehema, ann):
    row = kept(ann)
    data = book.write_book("Geita", [rehema.public], [book.Entry("contacts", str(row.pk), NAME)])

    with pytest.raises(actions.NotKept, match="not sealed"):
        actions.take_in(programme=programme, data=data, by=None)


def test_an_entry_erased_meanwhile_stays_erased(programme, rehema, ann):
    kept(ann)
    entries = queries.to_take_along(programme)
    programmes.forget_participant(participant=ann, by=None)
    reactions.react_once()

    data = book.write_book("Geita", [rehema.public], entries)

    assert actions.take_in(programme=programme, data=data, by=None) == 0
    assert not Contact.objects.exists()


def test_what_lost_keys_alone_could_open_is_counted_and_erased(programme, rehema, ann):
    kept(ann)
    Keeper(programme, "Juma")

    actions.end_custodian(custodian=rehema.row, lost=True, by=None)
    assert len(queries.stands(programme).unopenable) == 1

    actions.drop_unopenable(programme=programme, by=None)
    assert queries.stands(programme).entries == 0


def test_a_custodian_opens_the_book_at_the_command_line(programme, rehema, ann, tmp_path, capsys):
    kept(ann, more="evenings")
    actions.ask_to_reach(person=ann, words="The well is dug.", by=make.member(programme, name="Asha"))
    key, file = tmp_path / "key.txt", tmp_path / "book.zip"
    key.write_text(f"# made today\n{rehema.key}\n")
    file.write_bytes(book.write_book("Geita", [rehema.public], queries.to_take_along(programme)))

    call_command("contacts", "open", "--identity", str(key), str(file))

    assert capsys.readouterr().out == (
        "name,phone,mind,errands\nNeema Masanja,0712 345 678,evenings,The well is dug. (Asha)\n"
    )


def test_a_key_made_at_the_command_line_is_its_owners_alone(tmp_path, capsys):
    call_command("contacts", "key", str(tmp_path / "key.txt"))

    assert book.read_recipient(capsys.readouterr().out.strip())
    assert (tmp_path / "key.txt").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.RESEARCHER])
def test_staff_who_meet_people_can_seal_and_never_read(programme, rehema, ann, role):
    browser = make.client_of(make.member(programme, role=role))
    page = reverse("field:keep_contact", args=[programme.slug, ann.pk])

    browser.post(page, {"name": NAME, "phone": PHONE})
    answer = browser.get(page).content.decode()

    assert "sealed already" in answer
    assert NAME not in answer
    assert PHONE not in answer
    assert browser.get(reverse("field:contact_book", args=[programme.slug])).status_code == 403
    assert browser.get(reverse("field:contacts", args=[programme.slug])).status_code == 403


def test_the_coordinator_takes_the_book_along_and_it_is_noted(programme, rehema, ann):
    kept(ann)
    browser = make.client_of(make.member(programme, role=Role.COORDINATOR))

    packed = browser.get(reverse("field:contact_book", args=[programme.slug])).content

    assert len(book.read_book(packed).entries) == 1
    assert NAME.encode() not in packed
    assert Copy.objects.get().name.endswith("contacts.zip")
