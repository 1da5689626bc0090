"""`make test`: everything on SQLite, then what quickly asks the database on PostgreSQL, if that is installed.

Words after `python -m tests.suite` go to pytest, both times.
"""

import contextlib
import os
import secrets
import subprocess
import sys
import tempfile

from tests.cluster import cluster, find_programs

# One more than the cores of the smallest machine: a quarter of the time tests wait for browsers and servers.
ALL_CORES = ["--numprocesses=3", "--dist=worksteal"]

# In CI `make check` has run these just before.
CHECKED = ["--ignore=tests/repo/test_catalogues.py"] if "CI" in os.environ else []

# What a machine may have set and the suite does without: its own database and key, and Python that compiles
# every module anew in each of the hundreds of servers and commands that tests start.
NOT_OURS = {"DATABASE_URL", "SECRET_KEY", "PYTHONDONTWRITEBYTECODE"}


def main(words: list[str]) -> int:
    """Run the suite; 0 when all of it passed."""
    with contextlib.ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="jukwaa-tests-"))
        around = {key: value for key, value in os.environ.items() if key not in NOT_OURS}
        around["JUKWAA_HOME"] = home
        around["JUKWAA_TESTS_SHELF"] = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="jukwaa-shelf-")
        )
        programs = find_programs()
        if programs:
            around["JUKWAA_TEST_POSTGRES"] = stack.enter_context(cluster(programs, durable=False))
        print("\n== The suite, on SQLite", flush=True)
        failed = run(words, around)
        if not programs:
            print(
                "\n== Not run on PostgreSQL: neither initdb nor pg_ctl is installed (Debian: postgresql)",
                flush=True,
            )
            return failed
        print("\n== What asks the database, on PostgreSQL", flush=True)
        server = {
            "DATABASE_URL": around["JUKWAA_TEST_POSTGRES"],
            "SECRET_KEY": secrets.token_urlsafe(50),
            "JUKWAA_ALLOWED_HOSTS": "localhost,127.0.0.1",
            "JUKWAA_TEST_ONLY": "database",
        }
        return run(words, {**around, **server}) or failed


def run(words: list[str], around: dict[str, str]) -> int:
    """One round of pytest in its own process and environment."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", *ALL_CORES, *CHECKED, *words], env=around, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
