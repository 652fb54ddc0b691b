"""A PostgreSQL server for the tests: on loopback, in a temporary folder, as a user without privileges.

The first test that uses the server starts it; the end of the session stops it. It needs Debian's package
postgresql.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Self

import psycopg

USER = "maquette"
UNPRIVILEGED = ("postgres", "nobody")
"""Users that may run the server if root runs the tests: PostgreSQL refuses to run as root."""


class Cluster:
    """A running PostgreSQL server, a context manager; `stop` and `start` serve tests without a database."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="maquette-postgres-"))
        self._user: str | None = None
        if os.geteuid() == 0:
            self._user = next(user for user in UNPRIVILEGED if _is_user(user))
            shutil.chown(self._folder, self._user)
        self._folder.chmod(0o700)
        self.port = _free_port()
        self._databases = 0

    def __enter__(self) -> Self:
        self._run(
            "initdb", "--pgdata=data", f"--username={USER}", "--auth=trust", "-E", "UTF8", "--no-locale"
        )
        with (self._folder / "data" / "postgresql.conf").open("a") as settings:
            settings.write(
                f"port = {self.port}\nlisten_addresses = '127.0.0.1'\n"
                f"unix_socket_directories = '{self._folder}'\n"
                "fsync = off\n"  # no test covers a power failure
            )
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self._folder)

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        self._run("pg_ctl", "--pgdata=data", "--log=log", "--wait", "start")

    def stop(self) -> None:
        """Stop the server at once: connections break."""
        self._run("pg_ctl", "--pgdata=data", "--mode=immediate", "--wait", "stop")

    def fresh(self) -> str:
        """The URL of a new, empty database."""
        self._databases += 1
        name = f"maquette_{self._databases}"
        with psycopg.connect(
            host="127.0.0.1", port=self.port, user=USER, dbname="postgres", autocommit=True
        ) as to:
            to.execute(f"CREATE DATABASE {name}")
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{name}"

    def _run(self, program: str, *arguments: str) -> None:
        """Run the program. Its output goes to a file, because a server that stays would keep a pipe open."""
        output = self._folder / "output"
        with output.open("wb") as opened:
            done = subprocess.run(
                [_find(program) or program, *arguments],
                cwd=self._folder,
                user=self._user,
                stdin=subprocess.DEVNULL,
                stdout=opened,
                stderr=subprocess.STDOUT,
            )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {output.read_text()}")


def is_installed() -> bool:
    """Whether PostgreSQL's programs are on this machine."""
    return _find("initdb") is not None


def _find(program: str) -> str | None:
    """Find a program of PostgreSQL: Debian keeps them outside PATH."""
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
    return str(debian[-1]) if debian else shutil.which(program)


def _is_user(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port: int = tried.getsockname()[1]
        return port
