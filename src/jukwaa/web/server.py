"""Serving the site from one machine: everything made ready, one web server, and one worker that it minds."""

import contextlib
import gc
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import waitress
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.task import ThreadedTaskDispatcher
from waitress.utilities import RequestEntityTooLarge

from jukwaa.dialogue.door.addresses import of_this_machine
from jukwaa.programmes.access import CARD_COOKIE
from jukwaa.record.strand import Strand
from jukwaa.record.streams import LANES, open_node

log = logging.getLogger(__name__)

# How many requests are answered at once. PostgreSQL has a lane of the record for each. On SQLite one thread
# takes the votes (record/strand.py), and so many the rest.
THREADS = LANES
THREADS_BESIDE = 4
# Bytes of a form that the strand answers: a vote has a hundred, and whatever takes long to read is longer.
LONGEST_IN_LANE = 4096
# How long a thread may go on while another waits to, in seconds. Python's own 5 ms come due after every
# question to the database, and whoever writes for all has the others wait for each.
SWITCH = 0.0005
LONGEST_PAUSE = 60.0
LIVED_LONG = 60.0
SECONDS_OF_GRACE = 15.0
# Whoever sends more than this gets no page: the connection ends.
MOST_POURED_AWAY = 1024 * 1024 * 1024


def make_ready() -> None:
    """Bring the database up to date, take a new incarnation, and collect the static files.

    The database may be a restored copy, and then its twin may have gone on numbering too.
    """
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        log.info("Bringing the database up to date")
        call_command("migrate", verbosity=0, interactive=False)
    open_node()
    if not settings.DEBUG and static_files_are_stale():
        call_command("collectstatic", verbosity=0, interactive=False)


def static_files_are_stale() -> bool:
    """Whether a static file is newer than the last collection of them all."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if not manifest.exists():
        return True
    collected = manifest.stat().st_mtime
    return any(
        Path(storage.path(name)).stat().st_mtime > collected
        for finder in get_finders()
        for name, storage in finder.list([])
    )


def serve(*, host: str, port: int) -> None:
    """Serve the site until it is told to stop; the worker stops with it. OSError if the port is taken."""
    # Waitress reads a request whole before a thread sees it, so half a request from a slow phone holds nobody
    # up; the limits below are for many such phones at once.
    HTTPChannel.parser_class = Parser
    server = waitress.create_server(
        get_wsgi_application(),
        _dispatcher=dispatcher(),
        host=host,
        port=port,
        connection_limit=2_000,
        asyncore_use_poll=True,
        channel_timeout=60,
        cleanup_interval=10,
        max_request_body_size=settings.LARGEST_REQUEST,
        ident=None,
        **behind_a_proxy(),
    )
    signal.signal(signal.SIGTERM, _leave)
    sys.setswitchinterval(SWITCH)
    # What was imported stays for good; looking through it for rubbish again and again would slow each vote.
    gc.collect()
    gc.freeze()
    with minded_worker():
        server.run()


def dispatcher() -> ThreadedTaskDispatcher:
    """The threads that answer."""
    made = ThreadedTaskDispatcher() if connection.vendor == "postgresql" else Dispatcher()
    made.set_thread_count(THREADS if connection.vendor == "postgresql" else THREADS_BESIDE)
    return made


class Dispatcher(ThreadedTaskDispatcher):  # type: ignore[misc]  # waitress has no types
    """Gives short forms of card holders, above all votes, to one strand, and all else to the threads."""

    def __init__(self) -> None:
        super().__init__()
        self.strand = Strand()

    def add_task(self, task: HTTPChannel) -> None:
        """Answer the first request that waits on the channel."""
        if is_short_and_of_a_card(task.requests[0]):
            self.strand.add(task.service)
        else:
            super().add_task(task)

    def shutdown(self, cancel_pending: bool = True, timeout: float = 5) -> bool:
        """Answer what the strand was given, and stop."""
        self.strand.end(timeout)
        return bool(super().shutdown(cancel_pending, timeout))


def is_short_and_of_a_card(request: HTTPRequestParser) -> bool:
    """Whether a phone with a card sent it, and it is as short as a vote."""
    return (
        request.command == "POST"
        and request.content_length <= LONGEST_IN_LANE
        and CARD_COOKIE in request.headers.get("COOKIE", "")
    )


class Parser(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
    """Reads a body that is too large to its end and keeps none of it, so that the site can say so.

    Waitress would answer in its own words and hang up; a browser that still sends never shows that.
    """

    to_pour_away = 0
    error: Any

    def received(self, data: bytes) -> int:
        """How many of the bytes belong to this request."""
        if self.to_pour_away:
            poured = min(len(data), self.to_pour_away)
            self.to_pour_away -= poured
            self.completed = not self.to_pour_away
            return poured
        consumed: int = super().received(data)
        if isinstance(self.error, RequestEntityTooLarge) and 0 < self.content_length <= MOST_POURED_AWAY:
            # The site sees the length without the body, and refuses it: web/middleware.py.
            self.to_pour_away, self.body_rcv = self.content_length, None
            self.error, self.completed = None, False
        return consumed


def behind_a_proxy() -> dict[str, Any]:
    """Whose word waitress takes for a visitor's address and scheme: with HTTPS, a proxy's on this machine."""
    if not settings.HTTPS:
        return {}
    believed = {"x-forwarded-proto", "x-forwarded-for"}
    return {"trusted_proxy": "127.0.0.1", "trusted_proxy_count": 1, "trusted_proxy_headers": believed}


def addresses(host: str, port: int) -> list[str]:
    """Where visitors find the site: this machine's own name for itself, and its address on each network."""
    if host not in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        return [f"http://{host}:{port}/"]
    found = [f"http://127.0.0.1:{port}/"]
    found += [f"http://{each}:{port}/" for each in of_this_machine()]
    return found


@contextlib.contextmanager
def minded_worker() -> Iterator[None]:
    """Keep one worker running: it is started again when it dies, and stops when this process is gone."""
    leaving = threading.Event()
    minder = threading.Thread(target=mind, args=[leaving], daemon=True, name="minder")
    minder.start()
    try:
        yield
    finally:
        leaving.set()
        minder.join()


def mind(leaving: threading.Event) -> None:
    """Start workers one after the other until leaving; wait longer each time that one dies young."""
    pause = 1.0
    while not leaving.is_set():
        began = time.monotonic()
        worker = start_worker()
        while worker.poll() is None and not leaving.wait(0.2):
            pass
        if leaving.is_set():
            stop(worker)
            return
        pause = 1.0 if time.monotonic() - began > LIVED_LONG else min(pause * 2, LONGEST_PAUSE)
        log.error("The worker ended with status %s; the next one starts in %d s", worker.returncode, pause)
        leaving.wait(pause)


def start_worker() -> subprocess.Popen[bytes]:
    """A worker in a process of its own. It ends when its standard input does, even after our kill -9."""
    command = [sys.executable, "-m", "jukwaa", "work", "--until-input-ends"]
    # One core for its arithmetic: the others belong to those who vote.
    environment = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", **os.environ}
    # A session of its own: Ctrl-C reaches the server, and the server lets the worker finish what it is doing.
    return subprocess.Popen(command, stdin=subprocess.PIPE, env=environment, start_new_session=True)


def stop(worker: subprocess.Popen[bytes]) -> None:
    """Let the worker finish what it is doing, but not for ever."""
    if worker.stdin:
        worker.stdin.close()
    try:
        worker.wait(timeout=SECONDS_OF_GRACE)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()


def _leave(*_: object) -> None:
    raise SystemExit(0)
