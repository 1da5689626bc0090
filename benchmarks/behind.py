"""The site as a server runs it: Granian with several workers, nginx in front, and one worker process."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.served import JUKWAA, ROOT, run

WORKERS, THREADS = 2, 4

# What docs/how-to/run-on-a-server.md says, without HTTPS, and with everything in one folder.
NGINX = """
daemon off;
worker_processes 1;
pid {home}/nginx.pid;
error_log {home}/nginx.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {home}/body;
    proxy_temp_path {home}/proxy;
    fastcgi_temp_path {home}/fastcgi;
    uwsgi_temp_path {home}/uwsgi;
    scgi_temp_path {home}/scgi;
    upstream jukwaa {{
        server 127.0.0.1:{granian};
        keepalive 32;
    }}
    server {{
        listen 127.0.0.1:{port};
        client_max_body_size 32m;
        keepalive_requests 100000;
        location / {{
            proxy_pass http://jukwaa;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto $scheme;
        }}
    }}
}}
"""


@dataclass
class Behind:
    """nginx's port, and the processes behind it: Granian's first, which has the others as children."""

    port: int
    processes: list[subprocess.Popen[bytes]]

    @property
    def process(self) -> subprocess.Popen[bytes]:
        return self.processes[0]


def missing() -> list[str]:
    """What has to be installed before the site can be served so."""
    found = [name for name in ("nginx",) if not shutil.which(name)]
    return found + [name for name in ("granian",) if not granian().exists()]


def granian() -> Path:
    """Granian's own command, in the environment of this Python."""
    return Path(sys.executable).parent / "granian"


@contextlib.contextmanager
def behind_nginx(home: Path, environment: dict[str, str]) -> Iterator[Behind]:
    """The site for the length of a block."""
    run([*JUKWAA, "ready"], environment)
    inner, outer = free_port(), free_port()
    (home / "nginx.conf").write_text(NGINX.format(home=home, granian=inner, port=outer))
    commands: list[list[str]] = [
        [str(granian()), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(inner), "--workers",
         str(WORKERS), "--blocking-threads", str(THREADS), "--no-ws", "jukwaa.wsgi:application"],
        ["nginx", "-p", str(home), "-c", str(home / "nginx.conf"), "-e", str(home / "nginx.log")],
        [*JUKWAA, "work"],
    ]  # fmt: skip
    with (home / "server.log").open("ab") as log, contextlib.ExitStack() as stack:
        processes = []
        for command in commands:
            process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
            )
            stack.callback(end, process)
            processes.append(process)
        wait_for(inner, processes, home)
        wait_for(outer, processes, home)
        yield Behind(outer, processes)


def wait_for(port: int, processes: list[subprocess.Popen[bytes]], home: Path) -> None:
    """Wait until somebody listens there. Raises RuntimeError with the log when a process ends instead."""
    for _ in range(300):
        if any(process.poll() is not None for process in processes):
            break
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise RuntimeError((home / "server.log").read_text() + (home / "nginx.log").read_text())


def end(process: subprocess.Popen[bytes]) -> None:
    """kill -9, of the process and all that belong to it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
