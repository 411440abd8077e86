"""The bucket in memory: what the product asks of S3, answered as S3 does, in XML."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, unquote, unquote_plus, urlsplit
from xml.sax.saxutils import escape

Headers = dict[str, str]
Answer = tuple[int, bytes, Headers]

_KEY = re.compile(r"<Key>(.*?)</Key>")
_PART = re.compile(r"<PartNumber>(\d+)</PartNumber>")
_MODIFIED = "Sun, 22 Nov 2026 10:00:00 GMT"


class MemoryBucket:
    """One bucket; `files` by key. `uploads` by id: what has been sent in parts, and is no file yet."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.uploads: dict[str, dict[int, bytes]] = {}

    def answer(self, operation: str, request: Any) -> Answer:
        """Raises KeyError for an operation that the product does not use."""
        operations: dict[str, Callable[[Any], Answer]] = {
            "ListObjectsV2": self._list,
            "DeleteObjects": self._delete,
            "HeadObject": self._get,
            "GetObject": self._get,
            "PutObject": self._put,
            "CreateMultipartUpload": self._begin,
            "UploadPart": self._put_part,
            "CompleteMultipartUpload": self._complete,
            "AbortMultipartUpload": self._abort,
        }
        return operations[operation](request)

    def _list(self, request: Any) -> Answer:
        prefix = _query(request).get("prefix", "")
        keys = [key for key in sorted(self.files) if key.startswith(prefix)]
        contents = "".join(f"<Contents><Key>{escape(key)}</Key></Contents>" for key in keys)
        listed = f"<IsTruncated>false</IsTruncated><KeyCount>{len(keys)}</KeyCount>{contents}"
        return 200, f"<ListBucketResult>{listed}</ListBucketResult>".encode(), {}

    def _delete(self, request: Any) -> Answer:
        for key in _KEY.findall(_body(request).decode()):
            self.files.pop(unquote_plus(key), None)
        return 200, b"<DeleteResult></DeleteResult>", {}

    def _get(self, request: Any) -> Answer:
        content = self.files.get(_key(request))
        if content is None:
            return 404, _error("NoSuchKey"), {}
        wanted = _header(request, "If-Match")
        if wanted and wanted.strip('"') != _etag(content):
            return 412, _error("PreconditionFailed"), {}
        status, start, end = 200, 0, len(content)
        if asked := re.fullmatch(r"bytes=(\d+)-(\d*)", _header(request, "Range")):
            start, status = int(asked[1]), 206
            end = min(int(asked[2]) + 1, end) if asked[2] else end
            if start >= len(content):
                return 416, _error("InvalidRange"), {}
        told = {"etag": f'"{_etag(content)}"', "last-modified": _MODIFIED, "content-length": str(end - start)}
        return status, b"" if request.method == "HEAD" else content[start:end], told

    def _put(self, request: Any) -> Answer:
        self.files[_key(request)] = _body(request)
        return 200, b"", {"etag": f'"{_etag(_body(request))}"'}

    def _begin(self, _request: Any) -> Answer:
        upload = f"upload-{len(self.uploads)}"
        self.uploads[upload] = {}
        return 200, f"<R><UploadId>{upload}</UploadId></R>".encode(), {}

    def _put_part(self, request: Any) -> Answer:
        asked = _query(request)
        self.uploads[asked["uploadId"]][int(asked["partNumber"])] = _body(request)
        return 200, b"", {"etag": f'"{_etag(_body(request))}"'}

    def _complete(self, request: Any) -> Answer:
        parts = self.uploads[_query(request)["uploadId"]]
        numbers = map(int, _PART.findall(_body(request).decode()))
        self.files[_key(request)] = b"".join(parts[number] for number in numbers)
        return 200, b"<CompleteMultipartUploadResult></CompleteMultipartUploadResult>", {}

    def _abort(self, request: Any) -> Answer:
        self.uploads.pop(_query(request)["uploadId"], None)
        return 204, b"", {}


def refusal() -> Answer:
    """As S3 says that it cannot at the moment."""
    return 503, _error("SlowDown"), {}


def _error(code: str) -> bytes:
    return f"<Error><Code>{code}</Code><Message>{code}</Message></Error>".encode()


def _key(request: Any) -> str:
    """Behind the bucket's name, which is in the host or the first part of the path."""
    parts = urlsplit(request.url)
    path = unquote(parts.path).lstrip("/")
    return path if ".s3." in parts.netloc else path.partition("/")[2]


def _query(request: Any) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(request.url).query).items()}


def _header(request: Any, name: str) -> str:
    value = request.headers.get(name) or b""
    return value.decode() if isinstance(value, bytes) else str(value)


def _body(request: Any) -> bytes:
    """botocore sends some bodies as files, and wraps them in chunks with a checksum behind."""
    body = request.body
    content = body if isinstance(body, bytes) else b"" if body is None else body.read()
    if "aws-chunked" not in _header(request, "Content-Encoding"):
        return bytes(content)
    return b"".join(_unchunked(bytes(content)))


def _unchunked(content: bytes) -> list[bytes]:
    chunks: list[bytes] = []
    while content:
        size, _, rest = content.partition(b"\r\n")
        length = int(size.split(b";")[0], 16)
        if not length:
            break
        chunks.append(rest[:length])
        content = rest[length + 2 :]
    return chunks


def _etag(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
