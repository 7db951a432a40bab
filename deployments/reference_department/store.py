"""The SQLite file in which the departments keep every request, every assignment and every callback still to send."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS requests (
    department TEXT NOT NULL,
    key TEXT NOT NULL,
    type TEXT NOT NULL,
    assignment TEXT NOT NULL,
    sent_at REAL NOT NULL,      -- office time, unix seconds, as everywhere in this file
    body TEXT NOT NULL,
    deliveries INTEGER NOT NULL DEFAULT 0,
    answer TEXT,                -- NULL while every delivery failed
    PRIMARY KEY (department, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS requests_by_assignment ON requests (department, assignment);
CREATE TABLE IF NOT EXISTS works (
    serial INTEGER PRIMARY KEY,
    department TEXT NOT NULL,
    assignment TEXT NOT NULL,
    content TEXT NOT NULL,      -- the dispatch
    behaviour TEXT NOT NULL,    -- the rule that fitted then; a changed file does not change work in hand
    starts INTEGER NOT NULL DEFAULT 1,
    cancelled INTEGER NOT NULL DEFAULT 0,
    awaits_materials INTEGER NOT NULL DEFAULT 0,
    awaits_prerequisites INTEGER NOT NULL DEFAULT 0,
    prerequisites_met_at REAL,
    UNIQUE (department, assignment)
) STRICT;
-- Work on items of one's own, and questions about the items of others.
CREATE VIEW IF NOT EXISTS assignments AS SELECT * FROM works WHERE json_type(content, '$.opinion') IS NULL;
CREATE VIEW IF NOT EXISTS questions AS SELECT * FROM works WHERE json_type(content, '$.opinion') IS NOT NULL;
CREATE TABLE IF NOT EXISTS callbacks (
    id TEXT PRIMARY KEY,
    work INTEGER NOT NULL REFERENCES works (serial),
    position INTEGER NOT NULL,
    type TEXT NOT NULL,
    content TEXT NOT NULL,
    copies INTEGER NOT NULL,
    needs_prerequisites INTEGER NOT NULL,
    -- planned: behind another one; due: sent at due_at; held: waits for prerequisites; the rest is final
    state TEXT NOT NULL CHECK (state IN ('planned', 'due', 'held', 'delivered', 'refused', 'dropped')),
    due_at REAL NOT NULL,
    occurred_at REAL,
    attempts INTEGER NOT NULL DEFAULT 0,
    attempted_at REAL,
    answer TEXT,
    UNIQUE (work, position)
) STRICT;
CREATE INDEX IF NOT EXISTS callbacks_due ON callbacks (due_at) WHERE state = 'due';
"""


class StoreError(Exception):
    """The file cannot be used as the departments' store."""


class Store:
    """One connection used by one thread; the file stays locked, so no second server sends the same callbacks."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, timeout=0.5, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        try:
            # EXCLUSIVE before WAL: the lock is taken with the first access and kept until the file is closed.
            self._connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._connection.execute("PRAGMA journal_mode = WAL")
            # An answered 202 is a promise: it must outlive a power cut, not only a killed server.
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.execute("PRAGMA foreign_keys = ON")
            self._connection.executescript(_SCHEMA)
        except sqlite3.DatabaseError as error:
            self._connection.close()
            raise StoreError(f"{path}: {error}; is another department server using it?") from error

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Commit everything done inside at its end, or nothing; nothing inside may await."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._connection
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    @property
    def reading(self) -> sqlite3.Connection:
        """The connection, for single statements that only read."""
        return self._connection
