"""One SQLite file that holds everything, so that a killed process loses nothing it acknowledged."""

import fcntl
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    created INTEGER NOT NULL,
    body TEXT NOT NULL,
    hidden TEXT NOT NULL,
    account TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS balances (
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    available INTEGER NOT NULL,
    pending INTEGER NOT NULL,
    PRIMARY KEY (account, currency)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY,
    path TEXT NOT NULL,
    params TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    request_id TEXT NOT NULL,
    saved_at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS contents (
    file TEXT PRIMARY KEY,
    content BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS timers (
    id INTEGER PRIMARY KEY,
    due INTEGER NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS timers_by_due ON timers (due);
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY,
    event TEXT NOT NULL REFERENCES objects (id),
    state TEXT NOT NULL CHECK (state IN ('pending', 'held', 'delivered', 'failed')),
    due REAL NOT NULL,
    first_due REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    last_answer TEXT
);
CREATE INDEX IF NOT EXISTS deliveries_by_due ON deliveries (due) WHERE state = 'pending';
CREATE INDEX IF NOT EXISTS deliveries_by_state ON deliveries (state);
CREATE TABLE IF NOT EXISTS control (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    settings TEXT NOT NULL
);
"""

TABLES = ("deliveries", "timers", "answers", "contents", "objects", "balances", "control")

PRAGMAS = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA wal_autocheckpoint = 4000;
PRAGMA cache_size = -65536;
PRAGMA temp_store = MEMORY;
"""

INDEXED = {
    "balance_transaction": ("source", "type"),
    "charge": ("payment_intent", "transfer_group"),
    "checkout.session": ("payment_intent",),
    "dispute": ("charge", "payment_intent"),
    "event": ("type",),
    "payout": ("destination", "status"),
    "refund": ("charge", "payment_intent"),
    "transfer": ("destination", "source_transaction", "transfer_group"),
    "transfer_reversal": ("transfer",),
}
"""By which fields the objects of a kind are looked up."""

UNDELIVERED = "events_undelivered"
INDEXES = f"""
CREATE INDEX IF NOT EXISTS objects_by_owner ON objects (kind, account, seq, created);
CREATE INDEX IF NOT EXISTS {UNDELIVERED}
    ON objects (seq) WHERE kind = 'event' AND json_extract(body, '$.pending_webhooks') > 0;
"""

OLD_INDEXES = ("objects_by_kind", "objects_by_payment_intent", "objects_by_charge", "objects_by_source")
UPGRADE = """
ALTER TABLE objects ADD COLUMN account TEXT NOT NULL DEFAULT '';
INSERT INTO balances (account, currency, available, pending)
SELECT '', json_extract(body, '$.currency'),
    sum(iif(json_extract(body, '$.status') = 'available', json_extract(body, '$.net'), 0)),
    sum(iif(json_extract(body, '$.status') = 'pending', json_extract(body, '$.net'), 0))
FROM objects WHERE kind = 'balance_transaction' GROUP BY 2;
"""
"""For a file from before there were connected accounts and running sums."""


def index_name(kind: str, field: str) -> str:
    """What the index on a field of this kind is called."""
    return f"{kind.replace('.', '_')}_by_{field}"


class AlreadyOpen(Exception):
    """Another process uses this data file."""


class Store:
    """The data file. Threads share one connection and take turns."""

    def __init__(self, path: Path) -> None:
        """Raises AlreadyOpen where another process holds the file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock_file = open(f"{path}.lock", "w")  # noqa: SIM115 - held until the process ends
        try:
            fcntl.flock(self._lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyOpen(f"{path} is in use by another process") from None
        self._turn = threading.RLock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, cached_statements=512)
        self._connection.row_factory = sqlite3.Row
        # WAL with NORMAL survives a killed process; only a power cut could cost the last commits.
        self._connection.executescript(PRAGMAS)
        self._connection.executescript(SCHEMA)
        self._upgrade()
        self._connection.executescript(INDEXES)
        for kind, fields in INDEXED.items():
            for field in fields:
                self._connection.execute(
                    f"CREATE INDEX IF NOT EXISTS {index_name(kind, field)}"
                    f" ON objects (json_extract(body, '$.{field}'), seq) WHERE kind = '{kind}'"
                )

    def _upgrade(self) -> None:
        columns = {row["name"] for row in self._connection.execute("PRAGMA table_info(objects)")}
        if "account" not in columns:
            self._connection.executescript(UPGRADE)
        for index in OLD_INDEXES:
            self._connection.execute(f"DROP INDEX IF EXISTS {index}")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing: committed when the block ends, rolled back when it raises."""
        with self._turn:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def empty(self, db: sqlite3.Connection) -> None:
        """Forget everything, within an open transaction."""
        for table in TABLES:
            db.execute(f"DELETE FROM {table}")  # noqa: S608 - the names are ours

    def close(self) -> None:
        """Give the file back."""
        with self._turn:
            self._connection.close()
            self._lock_file.close()
