"""The one folder that holds all of a sandbox's data: its lock, its secrets, its ports, what was prepared in it."""

import fcntl
import json
import os
import secrets
from pathlib import Path
from typing import Any


class FolderError(Exception):
    """This data folder cannot be used now; the message says why and what to do."""


class AlreadyRunning(FolderError):
    """Another supervisor holds the folder. `holder` is what it noted: `pid`, and `base_url` once it has one."""

    def __init__(self, holder: dict[str, Any]) -> None:
        self.holder = holder
        where = f" at {holder['base_url']}" if holder.get("base_url") else ""
        super().__init__(f"already running{where} (pid {holder.get('pid', 'unknown')}); `bin/run stop` stops it")


class DataFolder:
    """`path` is made when missing, readable by its owner only: it holds secrets."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._lock: int | None = None
        self.state: dict[str, Any] = {}

    def open(self) -> None:
        """Take the folder for this process. Raises `AlreadyRunning`, or `FolderError` when it is somebody else's."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            owner = self.path.stat().st_uid
            if owner != os.geteuid():
                raise FolderError(f"{self.path} belongs to user {owner}: run as that user, or choose another --data")
            self._lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise FolderError(f"cannot use {self.path}: {error.strerror}") from None
        if not _try_lock(self._lock):
            self.close()
            raise AlreadyRunning(self.holder())
        self.note()
        self.read()

    def read(self) -> None:
        """Take notice of what earlier runs remembered, without taking the folder."""
        self.state = _read(self.path / "state.json")

    def close(self) -> None:
        """Give it free. The end of the process does the same."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def note(self, **facts: Any) -> None:
        """Write into the lock file who holds it, for `stop` and for a second start."""
        assert self._lock is not None
        text = json.dumps({"pid": os.getpid(), **facts}).encode()
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, text, 0)

    def holder(self) -> dict[str, Any]:
        """What the running supervisor noted; empty when none ever ran."""
        return _read(self.path / "lock")

    def held(self) -> bool:
        """Whether a supervisor runs on this folder now."""
        try:
            lock = os.open(self.path / "lock", os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            return not _try_lock(lock)
        finally:
            os.close(lock)

    def save(self, **changes: Any) -> None:
        """Remember facts beyond this run. A kill in the middle leaves the earlier ones whole."""
        self.state.update(changes)
        draft = self.path / "state.json.new"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(self.state, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path / "state.json")

    def secret(self, name: str) -> str:
        """A random value, made on first use and the same ever after: 43 characters, safe in URLs and shells."""
        kept: dict[str, str] = self.state.setdefault("secrets", {})
        if name not in kept:
            kept[name] = secrets.token_urlsafe(32)
            self.save()
        return kept[name]


def _try_lock(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(path: Path) -> dict[str, Any]:
    try:
        loaded = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return loaded if isinstance(loaded, dict) else {}
