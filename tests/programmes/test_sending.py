"""The outbox and a real mail server on loopback: what arrives, what is refused, what a kill leaves."""

import re
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from jukwaa.programmes.models import Address, Message, Outbox, Role
from jukwaa.programmes.post import actions, home, letter, line, queries, sending
from tests import make
from tests.mail_server import PASSWORD, USER, mail_server
from tests.served import free_port

pytestmark = [
    pytest.mark.django_db,
    # The server warns of a log-in without STARTTLS; it is on loopback, or speaks TLS from the first byte.
    pytest.mark.filterwarnings("ignore:Requiring AUTH"),
]


@pytest.fixture
def set_up(settings):
    """Settings for a mail server on this machine without TLS; the test says the port."""
    settings.JUKWAA_URL = "https://jukwaa.example.org"
    settings.JUKWAA_MAIL_HOST = "127.0.0.1"
    settings.JUKWAA_MAIL_TLS = "none"
    settings.JUKWAA_MAIL_FROM = "The dialogue <dialogue@example.org>"
    return settings


@pytest.fixture
def inbox(set_up):
    with mail_server() as opened:
        set_up.JUKWAA_MAIL_PORT = opened.port
        yield opened


def queue(programme=None, address="anna@example.org", role=Address.Role.OWNER, key="due", **others):
    """One address and one message to it."""
    programme = programme or make.programme()
    given = {"language": "en", "of": programme.pk, "by": None}
    row = actions.give_address(programme=programme, role=role, address=address, **given)
    said = {"subject": "A promise is due", "text": "It is due.\n\nSee https://example.org/p/ now."}
    actions.put_out(address=row, key=key, **(said | others))
    return row


def parts(mail: EmailMessage) -> tuple[str, str]:
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    return plain.get_content(), html.get_content()


# ---- what arrives ----------------------------------------------------------------------------------------


def test_a_message_arrives_once_and_nothing_of_it_stays(inbox):
    queue()

    assert sending.send_due() == 1
    assert sending.send_due() == 0

    assert inbox.to == ["anna@example.org"]
    assert list(Message.objects.values_list("state", "sealed")) == [("sent", "")]


def test_a_mail_is_plain_words_and_simple_html_with_its_end_in_both(inbox):
    queue()
    sending.send_due()

    [mail] = inbox.taken
    plain, html = parts(mail)

    assert "It is due." in plain
    assert '<a href="https://example.org/p/" rel="nofollow">' in html
    assert re.search("<img|<script|style=", html) is None
    link = re.search(r"https://jukwaa\.example\.org/mail/end/\S+", plain)[0]
    assert f'href="{link}"' in html
    assert mail["List-Unsubscribe"] == f"<{link}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"


def test_the_link_that_ends_it_stands_in_one_line_as_mail_programs_read_it(inbox):
    row = queue()

    sending.send_due()

    assert f"\nList-Unsubscribe: <{letter.end_link(row.pk)}>\n".encode() in inbox.raw[0].replace(
        b"\r\n", b"\n"
    )


def test_words_of_a_page_cannot_become_markup(inbox):
    queue(text="<b>bold</b> & <script>alert(1)</script>")

    sending.send_due()

    assert "<script>" not in parts(inbox.taken[0])[1]
    assert "<script>alert(1)</script>" in parts(inbox.taken[0])[0]


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_it_speaks_tls_and_logs_in(set_up, tmp_path, tls):
    set_up.JUKWAA_MAIL_TLS, set_up.JUKWAA_MAIL_CA = tls, str(tmp_path / "ca.pem")
    set_up.JUKWAA_MAIL_USER, set_up.JUKWAA_MAIL_PASSWORD = USER, PASSWORD
    queue()

    with mail_server(tls=tls, folder=tmp_path, login=True) as inbox:
        set_up.JUKWAA_MAIL_PORT = inbox.port
        sent = sending.send_due()

    assert (sent, inbox.to) == (1, ["anna@example.org"])


# ---- when the server cannot be used ----------------------------------------------------------------------


def trouble_with(settings, **server) -> str:
    """Try to send one message to such a server; gives the trouble that is noted."""
    queue()
    with mail_server(**server) as inbox:
        settings.JUKWAA_MAIL_PORT = inbox.port
        assert sending.send_due() == 0
        assert inbox.taken == []
    assert Message.objects.get().state == "queued"
    return queries.outbox().trouble


def test_a_certificate_that_nobody_vouches_for_is_not_believed(set_up, tmp_path):
    set_up.JUKWAA_MAIL_TLS = "starttls"

    assert trouble_with(set_up, tls="starttls", folder=tmp_path) == "certificate"


def test_without_encryption_nothing_is_said(set_up):
    set_up.JUKWAA_MAIL_TLS = "starttls"

    assert trouble_with(set_up) == "no_tls"


def test_a_wrong_password_is_the_trouble_and_no_message_pays_for_it(set_up):
    set_up.JUKWAA_MAIL_USER, set_up.JUKWAA_MAIL_PASSWORD = USER, "wrong"

    assert trouble_with(set_up, login=True) == "login"
    assert Message.objects.get().tries == 0


def test_a_server_that_is_away_is_tried_again_after_pauses_that_grow(set_up):
    set_up.JUKWAA_MAIL_PORT = free_port()
    queue()
    began = timezone.now()

    sending.send_due(at=began)
    sending.send_due(at=began + timedelta(seconds=30))
    sending.send_due(at=began + timedelta(minutes=1))

    box = Outbox.objects.get()
    assert (box.trouble, box.failures) == ("unreachable", 2)
    assert box.retry_at == began + timedelta(minutes=3)


def test_once_the_server_is_back_everything_goes(inbox):
    queue()
    actions.note_trouble(reason="unreachable", at=timezone.now() - timedelta(hours=1))

    assert sending.send_due() == 1

    assert Outbox.objects.get().trouble == ""


def test_without_a_mail_setup_nothing_is_tried_and_the_page_says_what_is_missing(settings):
    queue()

    assert sending.send_due() == 0

    assert "JUKWAA_MAIL_HOST" in line.missing()


# ---- when a message is not taken -------------------------------------------------------------------------


def test_an_address_that_the_server_does_not_know_is_given_up_and_the_others_go(inbox, caplog):
    inbox.answers["gone@example.org"] = "550 5.1.1 <gone@example.org> unknown"
    programme = make.programme()
    queue(programme, "gone@example.org")
    queue(programme, "anna@example.org")

    assert sending.send_due() == 1

    assert Message.objects.get(state="given_up").reason == "unknown"
    assert "gone@" not in caplog.text
    assert "gone@" not in repr(list(Message.objects.values()))


def test_a_server_that_asks_for_later_is_asked_again_and_in_the_end_given_up(inbox):
    inbox.answers["anna@example.org"] = "451 4.7.1 greylisted"
    queue()
    at = timezone.now()

    for _ in range(20):
        sending.send_due(at=at)
        at += timedelta(days=1)

    row = Message.objects.get()
    assert (row.state, row.reason, row.tries) == ("given_up", "later", len(actions.PAUSES) + 1)


def test_a_message_is_not_tried_before_its_pause_is_over(inbox):
    inbox.answers["anna@example.org"] = "451 4.7.1 greylisted"
    queue()
    at = timezone.now()
    sending.send_due(at=at)
    del inbox.answers["anna@example.org"]

    assert sending.send_due(at=at + timedelta(seconds=59)) == 0
    assert sending.send_due(at=at + timedelta(seconds=60)) == 1


def test_a_server_that_hangs_up_gets_the_same_message_again_and_the_others_at_once(inbox):
    inbox.after_data = ["hang up"]
    programme = make.programme()
    queue(programme, "anna@example.org")
    queue(programme, "baraka@example.org")
    at = timezone.now()

    sending.send_due(at=at)
    sending.send_due(at=at + timedelta(hours=1))

    assert inbox.to == ["anna@example.org", "baraka@example.org", "anna@example.org"]
    assert inbox.taken[0]["Message-ID"] == inbox.taken[2]["Message-ID"]


def test_a_message_that_is_refused_is_given_up(inbox):
    inbox.after_data = ["554 5.7.1 it looks like spam"]
    queue()

    sending.send_due()

    assert Message.objects.get().reason == "refused"


def test_what_waited_two_weeks_is_not_sent_any_more(inbox):
    queue()

    sending.send_due(at=timezone.now() + timedelta(days=15))

    assert (Message.objects.get().reason, inbox.taken) == ("too_old", [])


# ---- killed in between -----------------------------------------------------------------------------------


def test_whoever_was_killed_while_sending_leaves_a_message_that_is_sent_again(inbox):
    """Killed after the server had it: it comes twice rather than never, under one Message-ID."""
    queue()
    row = Message.objects.get()
    home.note_sent(actions.begin(message=row))
    with line.opened() as server:
        line.hand_over(server, letter.written(sending.open_letter(row)), "anna@example.org")

    assert sending.send_due() == 1

    assert len(inbox.taken) == 2
    assert len({mail["Message-ID"] for mail in inbox.taken}) == 1


def test_two_that_send_at_once_send_it_once(inbox):
    queue()

    with home.sending_alone():
        assert sending.send_due() == 0

    assert sending.send_due() == 1


# ---- copies and databases put back -----------------------------------------------------------------------


def test_a_database_put_back_sends_nothing_again_until_staff_say_so(inbox):
    programme = make.programme()
    queue(programme)
    before = Message.objects.get()
    sending.send_due()
    put_back(before)

    assert sending.send_due() == 0

    actions.send_from_here(programme=programme, by=None)
    assert queries.place_of(programme) is queries.Place.HERE
    assert sending.send_due() == 0
    assert Message.objects.get().reason == "put_back"
    assert len(inbox.taken) == 1


def put_back(before):
    """Let the database be as it was before the message was sent."""
    Message.objects.filter(pk=before.pk).update(state=before.state, sealed=before.sealed, done_at=None)
    Outbox.objects.update(number=0)


def test_a_copy_of_the_folder_sends_nothing(inbox, settings, tmp_path):
    queue()
    (tmp_path / "copy").mkdir()
    for file in (home.KEY, home.PLACE):
        (tmp_path / "copy" / file).write_bytes((settings.JUKWAA_HOME / file).read_bytes())
    settings.JUKWAA_HOME = tmp_path / "copy"

    assert sending.send_due() == 0


def test_a_copy_that_staff_let_send_reads_the_addresses_with_the_key_that_came_along(
    inbox, settings, tmp_path
):
    programme = make.programme()
    row = queue(programme)
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / home.KEY).write_bytes((settings.JUKWAA_HOME / home.KEY).read_bytes())
    first, settings.JUKWAA_HOME = settings.JUKWAA_HOME, tmp_path / "copy"

    actions.send_from_here(programme=programme, by=None)
    actions.put_out(address=row, subject="Later", text="Later.", key="later")

    assert sending.send_due() == 1
    settings.JUKWAA_HOME = first
    assert queries.place_of(programme) is queries.Place.ELSEWHERE


def test_an_address_sealed_for_a_lost_key_is_given_up_and_said(inbox, settings):
    programme = make.programme()
    row = queue(programme)
    (settings.JUKWAA_HOME / home.KEY).unlink()
    actions.send_from_here(programme=programme, by=None)
    actions.put_out(address=row, subject="Later", text="Later.", key="later")

    sending.send_due()

    assert Message.objects.get(key__startswith="later").reason == "unopened"


# ---- pages and the command -------------------------------------------------------------------------------


def test_one_click_in_the_mail_program_ends_it_without_a_log_in(inbox, client):
    row = queue()
    sending.send_due()
    link = inbox.taken[0]["List-Unsubscribe"].strip("<>").removeprefix("https://jukwaa.example.org")

    asked = client.get(link)
    assert Address.objects.filter(pk=row.pk).exists()
    ended = client.post(link, {"List-Unsubscribe": "One-Click"})

    assert (asked.status_code, ended.status_code) == (200, 200)
    assert not Address.objects.exists()
    assert client.post(link).status_code == 200


def test_a_forged_link_ends_nothing(client, set_up):
    row = queue()

    answer = client.post(reverse("programmes:end_mail", args=[f"{row.pk.hex}:forged"]))

    assert answer.status_code == 404
    assert Address.objects.exists()


def test_the_coordinators_page_shows_what_failed_and_tries_it_again(inbox):
    inbox.after_data = ["554 5.7.1 it looks like spam"]
    member = make.member(role=Role.COORDINATOR)
    queue(member.programme)
    sending.send_due()
    browser = make.client_of(member)

    page = browser.get(reverse("programmes:mail", args=[member.programme.slug])).content.decode()
    browser.post(reverse("programmes:try_mail_again", args=[member.programme.slug]))

    assert "The mail server refused this message." in page
    assert "anna" not in page
    assert sending.send_due() == 1


def test_followers_are_counted_by_the_rule_on_the_page_too(set_up):
    member = make.member(role=Role.COORDINATOR)
    for number in range(3):
        queue(member.programme, f"f{number}@example.org", role=Address.Role.FOLLOWER)

    page = make.client_of(member).get(reverse("programmes:mail", args=[member.programme.slug]))

    assert "&lt;10" in page.content.decode()


def test_staff_send_a_test_from_the_page(inbox):
    member = make.member(role=Role.COORDINATOR)
    browser = make.client_of(member)
    page = reverse("programmes:mail", args=[member.programme.slug])

    sent = browser.post(page, {"address": "ict@example.org"})
    wrong = browser.post(page, {"address": "nobody"})

    assert (sent.status_code, inbox.to) == (302, ["ict@example.org"])
    assert "This is no mail address." in wrong.content.decode()


def test_the_command_says_how_mail_stands_and_sends_a_test(inbox, capsys):
    call_command("mail", "--test", "ict@example.org")

    assert inbox.to == ["ict@example.org"]
    assert "took it" in capsys.readouterr().out


def test_the_page_moves_the_mail_here_after_a_question(set_up):
    member = make.member(role=Role.COORDINATOR)
    queue(member.programme)
    home.note_sent(7)
    browser = make.client_of(member)
    page = reverse("programmes:mail_from_here", args=[member.programme.slug])

    browser.get(page)
    assert queries.place_of(member.programme) is queries.Place.BEHIND
    browser.post(page)

    assert queries.place_of(member.programme) is queries.Place.HERE
