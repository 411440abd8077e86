"""Read lines of the files that the first stage of an import has stored, in any order."""

from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence

from crm.services.imports.row_clusters import RowGroup
from crm.services.imports.stage_1_check import DECIDED
from crm.services.jobs.staged_job import PartDone
from crm.storage import bucket

_FIRST_READ = 4096
"""Bytes of the first read: most lines are shorter."""

_MANY = 32
"""Number of lines of one file from which on the whole file is read."""

_MAX_CACHED_FILES = 16
"""Files in memory at once, of some megabytes each."""


class DecidedLines:
    """The lines of some groups of rows. `checked`: the results of the first stage by chunk."""

    def __init__(self, checked: Mapping[int, PartDone], groups: Sequence[RowGroup]) -> None:
        self._keys = {chunk: str(part[DECIDED]) for chunk, part in checked.items()}
        self._wanted = Counter(chunk for group in groups for _, chunk, _ in group)
        self._held: OrderedDict[int, bytes] = OrderedDict()

    def at(self, chunk: int, offset: int) -> bytes:
        """Return the line that begins at `offset`, without its end. Raises EOFError if the file is cut off."""
        if self._wanted[chunk] < _MANY:
            return _read_line(self._keys[chunk], offset)
        content = self._content(chunk)
        end = content.find(b"\n", offset)
        if end < 0:
            raise _cut_off(len(content) - offset)
        return content[offset:end]

    def _content(self, chunk: int) -> bytes:
        if chunk not in self._held:
            self._held[chunk] = bucket.read_range(self._keys[chunk])
            if len(self._held) > _MAX_CACHED_FILES:
                self._held.popitem(last=False)
        self._held.move_to_end(chunk)
        return self._held[chunk]


def _read_line(key: str, offset: int) -> bytes:
    size = _FIRST_READ
    while b"\n" not in (piece := bucket.read_range(key, offset, offset + size)):
        if len(piece) < size:
            raise _cut_off(len(piece))
        size *= 4
    return piece.partition(b"\n")[0]


def _cut_off(after: int) -> EOFError:
    return EOFError(f"a decided row is cut off after {after} bytes")
