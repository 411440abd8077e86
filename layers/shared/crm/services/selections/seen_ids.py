"""Remember ids exactly, with memory that does not grow with their number."""

import sqlite3
from collections.abc import Iterable
from types import TracebackType

_CACHE_KIB = 64 * 1024


class SeenIds:
    """A set of UUIDs that moves to disk what does not fit in memory. A context manager."""

    def __init__(self) -> None:
        # Without a name SQLite makes a temporary database, which is deleted when it is closed.
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        self._database.execute("CREATE TABLE seen (id BLOB PRIMARY KEY) WITHOUT ROWID")

    def __enter__(self) -> "SeenIds":
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._database.close()

    def add(self, ids: Iterable[str]) -> list[str]:
        """Add ids; return those that are new, each once, in order."""
        self._database.execute("BEGIN")
        new = [id_ for id_ in ids if self._is_new(id_)]
        self._database.execute("COMMIT")
        return new

    def _is_new(self, id_: str) -> bool:
        key = bytes.fromhex(id_.replace("-", ""))
        return self._database.execute("INSERT OR IGNORE INTO seen VALUES (?)", (key,)).rowcount == 1
