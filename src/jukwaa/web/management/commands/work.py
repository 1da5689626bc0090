"""`jukwaa work`: the worker, which runs reactions and draws maps."""

import argparse
import contextlib
import logging
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import close_old_connections, connection

from jukwaa.programmes.actions import note_backup
from jukwaa.programmes.post import sending
from jukwaa.record import backup
from jukwaa.web import reactions

log = logging.getLogger(__name__)

SECONDS_BETWEEN_LOOKS = 1.0
SECONDS_BETWEEN_MAILS = 5.0
# While people vote there is always a map to redraw: for each second of a core that drawing took, five seconds
# are for them. Not for each second that passed: on a busy machine whoever waited long would wait yet longer.
RESTS = 5
LONGEST_REST = 30.0


class Command(BaseCommand):
    help = "Run the worker: reactions to what was recorded, and maps to redraw."
    requires_system_checks = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what there is to do, then stop")
        parser.add_argument(
            "--until-input-ends", action="store_true", help="stop when standard input is closed"
        )

    def handle(self, **options: Any) -> None:
        if options["once"]:
            done = 0
            while more := reactions.work_once() + sending.send_due():
                done += more
            self.stdout.write(f"{done} done")
            return
        leaving = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: leaving.set())
        if options["until_input_ends"]:
            threading.Thread(
                target=wait_for_the_end, args=[leaving], daemon=True, name="end of input"
            ).start()
        backup.note(folder=settings.JUKWAA_BACKUP, every=settings.JUKWAA_BACKUP_MINUTES, trouble="")
        if settings.JUKWAA_BACKUP:
            threading.Thread(target=back_up, args=[leaving], daemon=True, name="backup").start()
        threading.Thread(target=send_mail, args=[leaving], daemon=True, name="mail").start()
        with contextlib.suppress(KeyboardInterrupt):
            work(leaving)


def work(leaving: threading.Event) -> None:
    """Do what there is to do, look again a second after there was nothing, until leaving is set."""
    os.nice(5)  # whoever waits for a page comes first, and who waits for a map gets a part all the same
    rested = 0.0
    while not leaving.is_set():
        close_old_connections()
        done = reactions.react_once()
        if time.monotonic() >= rested:
            begun = time.thread_time()
            done += reactions.ask_once()
            rested = time.monotonic() + min(RESTS * (time.thread_time() - begun), LONGEST_REST)
        if not done:
            leaving.wait(SECONDS_BETWEEN_LOOKS)


def back_up(leaving: threading.Event) -> None:
    """Back up to the stick at once and every so many minutes; a stick that is away is tried each minute.

    In a thread of its own: a slow stick holds up neither votes nor maps.
    """
    while not leaving.is_set():
        try:
            stands = backup.keep(Path(settings.JUKWAA_BACKUP), settings.JUKWAA_BACKUP_MINUTES)
            if not stands.trouble:
                note_backup(folder=settings.JUKWAA_BACKUP)
        finally:
            connection.close()
        if stands.trouble:
            log.warning("No backup was made: %s", stands.told)
        leaving.wait(60 * (1 if stands.trouble else settings.JUKWAA_BACKUP_MINUTES))


def send_mail(leaving: threading.Event) -> None:
    """Send what waits in the outbox, in a thread of its own: a slow mail server holds up no map."""
    while not leaving.is_set():
        sent = 0
        try:
            close_old_connections()
            sent = sending.send_due()
        except Exception:
            log.exception("Sending mail failed")
        if not sent:
            leaving.wait(SECONDS_BETWEEN_MAILS)


def wait_for_the_end(leaving: threading.Event) -> None:
    """Set leaving when whoever holds the other end of our input is gone."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    leaving.set()
