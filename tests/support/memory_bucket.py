"""The bucket in memory: the operations of S3 that the product uses, with responses as botocore parses them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from typing import Any

from botocore.response import StreamingBody

Parsed = dict[str, Any]
Answer = tuple[int, Parsed]

MODIFIED = datetime(2026, 11, 22, 10, tzinfo=UTC)


class MemoryBucket:
    """One bucket; `files` by key, and the parts of incomplete `uploads` by id."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.uploads: dict[str, dict[int, bytes]] = {}

    def perform(self, operation: str, asked: Parsed) -> Answer:
        """Return the HTTP status and the parsed response. Raises KeyError for an operation that is not implemented."""
        operations: dict[str, Callable[[Parsed], Answer]] = {
            "ListObjectsV2": self._list,
            "DeleteObjects": self._delete,
            "HeadObject": self._head,
            "GetObject": self._get,
            "PutObject": self._put,
            "CreateMultipartUpload": self._begin,
            "UploadPart": self._put_part,
            "CompleteMultipartUpload": self._complete,
            "AbortMultipartUpload": self._abort,
        }
        return operations[operation](asked)

    def _list(self, asked: Parsed) -> Answer:
        keys = [key for key in sorted(self.files) if key.startswith(asked.get("Prefix", ""))]
        contents = {"Contents": [{"Key": key} for key in keys]} if keys else {}
        return 200, {"IsTruncated": False, "KeyCount": len(keys), **contents}

    def _delete(self, asked: Parsed) -> Answer:
        for found in asked["Delete"]["Objects"]:
            self.files.pop(found["Key"], None)
        return 200, {}

    def _head(self, asked: Parsed) -> Answer:
        """Serve HEAD, whose response has no body, so that the status is the code."""
        status, parsed = self._get(asked)
        if "Error" in parsed:
            return status, {"Error": {"Code": str(status), "Message": HTTPStatus(status).phrase}}
        del parsed["Body"]
        return status, parsed

    def _get(self, asked: Parsed) -> Answer:
        content = self.files.get(asked["Key"])
        if content is None:
            return 404, error("NoSuchKey")
        wanted = asked.get("IfMatch")
        if wanted and wanted.strip('"') != _etag(content):
            return 412, error("PreconditionFailed")
        status, start, end = 200, 0, len(content)
        if bounds := re.fullmatch(r"bytes=(\d+)-(\d*)", asked.get("Range") or ""):
            start, status = int(bounds[1]), 206
            end = min(int(bounds[2]) + 1, end) if bounds[2] else end
            if start >= len(content):
                return 416, error("InvalidRange")
        body = StreamingBody(BytesIO(content[start:end]), end - start)
        parsed = {"LastModified": MODIFIED, "ContentLength": end - start, "Metadata": {}}
        return status, {"Body": body, "ETag": f'"{_etag(content)}"', **parsed}

    def _put(self, asked: Parsed) -> Answer:
        self.files[asked["Key"]] = asked["Body"]
        return 200, {"ETag": f'"{_etag(asked["Body"])}"'}

    def _begin(self, _asked: Parsed) -> Answer:
        upload = f"upload-{len(self.uploads)}"
        self.uploads[upload] = {}
        return 200, {"UploadId": upload}

    def _put_part(self, asked: Parsed) -> Answer:
        self.uploads[asked["UploadId"]][asked["PartNumber"]] = asked["Body"]
        return 200, {"ETag": f'"{_etag(asked["Body"])}"'}

    def _complete(self, asked: Parsed) -> Answer:
        parts = self.uploads[asked["UploadId"]]
        numbers = [part["PartNumber"] for part in asked["MultipartUpload"]["Parts"]]
        self.files[asked["Key"]] = b"".join(parts[number] for number in numbers)
        return 200, {}

    def _abort(self, asked: Parsed) -> Answer:
        self.uploads.pop(asked["UploadId"], None)
        return 204, {}


def error(code: str) -> Parsed:
    """Build an error response as botocore parses it."""
    return {"Error": {"Code": code, "Message": code}}


def refusal() -> Answer:
    """Build S3's response to a request that it cannot serve at the moment."""
    return 503, error("SlowDown")


def _etag(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
