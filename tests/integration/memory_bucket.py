"""The bucket in memory: what the product asks of S3, answered as S3 does, in XML."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlsplit
from xml.sax.saxutils import escape

Answer = tuple[int, bytes]

_KEY = re.compile(r"<Key>(.*?)</Key>")


class MemoryBucket:
    """One bucket; `files` by key."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def answer(self, operation: str, request: Any) -> Answer:
        """Raises KeyError for an operation that the product does not use."""
        operations = {"ListObjectsV2": self._list, "DeleteObjects": self._delete}
        return operations[operation](request)

    def _list(self, request: Any) -> Answer:
        prefix = parse_qs(urlsplit(request.url).query).get("prefix", [""])[0]
        keys = [key for key in sorted(self.files) if key.startswith(prefix)]
        contents = "".join(f"<Contents><Key>{escape(key)}</Key></Contents>" for key in keys)
        listed = f"<IsTruncated>false</IsTruncated><KeyCount>{len(keys)}</KeyCount>{contents}"
        return 200, f"<ListBucketResult>{listed}</ListBucketResult>".encode()

    def _delete(self, request: Any) -> Answer:
        for key in _KEY.findall(request.body.decode()):
            self.files.pop(unquote_plus(key), None)
        return 200, b"<DeleteResult></DeleteResult>"


def refusal() -> Answer:
    """As S3 says that it cannot at the moment."""
    return 503, b"<Error><Code>SlowDown</Code><Message>later</Message></Error>"
