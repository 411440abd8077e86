"""The format of generated ids: a prefix that names the kind, and 12 hexadecimal digits: `seg_0123456789ab`."""

import re
from dataclasses import dataclass

_RANDOM_BYTES = 6


@dataclass(frozen=True, slots=True)
class IdFormat:
    """The format of one kind: `IdFormat("seg")`."""

    prefix: str

    def matches(self, text: str) -> bool:
        """Return whether a text has the form of an id; any other needs no lookup."""
        return re.fullmatch(rf"{self.prefix}_[0-9a-f]{{{2 * _RANDOM_BYTES}}}", text) is not None

    def make(self, random: bytes) -> str:
        """Return the id with these random bytes, of which the first six count."""
        return f"{self.prefix}_{random[:_RANDOM_BYTES].hex()}"
