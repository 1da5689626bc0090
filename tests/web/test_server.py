"""`jukwaa serve`: one server that slow phones cannot block, and one worker that it minds."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import served
from tests.served import Server

PATIENCE = 60.0


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server on a home that has its tables."""
    served.migrate(tmp_path, served.environment_of(tmp_path))
    with served.served(tmp_path, served.environment_of(tmp_path)) as running:
        yield running


def worker_of(server: Server) -> int | None:
    """The process id of the server's worker."""
    threads = Path(f"/proc/{server.process.pid}/task")
    with contextlib.suppress(OSError):
        for children in threads.glob("*/children"):
            for pid in children.read_text().split():
                if b"work" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"):
                    return int(pid)
    return None


def until(answer: Callable[[], object]) -> object:
    """Ask until the answer is true, and give it; fail when patience ends."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if found := answer():
            return found
        time.sleep(0.05)
    return pytest.fail("it did not happen")


def is_gone(pid: object) -> bool:
    """Whether no such process runs."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def status_of(server: Server, path: str = "/") -> int:
    """What the server answers."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def test_it_migrates_collects_and_shows_the_first_page(tmp_path: Path):
    with served.served(tmp_path, served.environment_of(tmp_path)) as server:
        assert status_of(server) == 200
        assert (server.home / "static" / "staticfiles.json").exists()


def test_a_worker_that_dies_is_replaced(server: Server):
    first = until(lambda: worker_of(server))

    os.kill(first, signal.SIGKILL)

    assert until(lambda: worker_of(server) not in {None, first})
    assert status_of(server) == 200


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_worker_goes_when_the_server_goes(server: Server, end: signal.Signals):
    worker = until(lambda: worker_of(server))

    server.process.send_signal(end)
    status = server.process.wait(timeout=PATIENCE)

    until(lambda: is_gone(worker))
    assert status == (-signal.SIGKILL if end == signal.SIGKILL else 0)


def test_phones_that_send_half_a_request_hold_nobody_up(server: Server):
    with contextlib.ExitStack() as slow:
        for _ in range(150):
            phone = slow.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE))
            phone.sendall(b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nstatement=")

        assert status_of(server) == 200


def test_a_port_in_use_is_said_in_one_sentence(server: Server, tmp_path: Path):
    said = subprocess.run(
        [*served.JUKWAA, "serve", "--port", str(server.port)],
        env=server.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )

    assert said.returncode == 1
    assert f"127.0.0.1:{server.port} cannot be used" in said.stderr
    assert "Traceback" not in said.stderr


def test_a_film_of_hours_gets_one_page_in_the_readers_language(server: Server):
    """Sent as a browser without scripts sends it: all of it, and only then does it look for an answer."""
    size = 200 * 1024 * 1024
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)) as phone:
        phone.putrequest("POST", "/p/geita/dialogue/rounds/1/propose/")
        phone.putheader("Content-Type", "multipart/form-data; boundary=x")
        phone.putheader("Content-Length", str(size))
        phone.putheader("Accept-Language", "fr")
        phone.endheaders()
        for _ in range(size // (1024 * 1024)):
            phone.send(bytes(1024 * 1024))
        answer = phone.getresponse()
        page = answer.read().decode()

    assert answer.status == 413
    assert answer.headers["Content-Language"] == "fr"
    assert "16" in page
    assert "</html>" in page
    assert status_of(server) == 200
