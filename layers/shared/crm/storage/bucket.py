"""Read and write files in the S3 bucket: files dropped for import, working files of jobs, and the files that jobs
produce.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from crm.domain.errors import ConflictError, NotFoundError
from crm.domain.retention import DOWNLOAD_LINK_MINUTES
from crm.settings import settings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BINARY = "application/octet-stream"
WORKING_FILES = "work/"
"""Prefix of the working files of jobs: deleted when the job ends, in any case after WORKING_FILES_DAYS."""

LINK_S = DOWNLOAD_LINK_MINUTES * 60
"""Seconds that a link is valid, unless its file is deleted earlier."""

_PART_BYTES = 8_000_000
"""S3 requires parts of at least 5 MB, and allows 10,000 of them."""

_CALL_SIZE = 1000
_MISSING = {"404", "NoSuchKey", "NotFound"}
_CHANGED = {"412", "PreconditionFailed"}
_NOTHING_THERE = {"416", "InvalidRange"}


class ChangedError(ConflictError):
    """The file has changed since it was examined."""

    code = "file_changed"


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored file. `size` in bytes, `modified_at` in epoch ms."""

    key: str
    size: int
    etag: str
    modified_at: int


@cache
def s3() -> "S3Client":
    import boto3
    from botocore.config import Config

    # By default, botocore signs links by version 2, which newer regions reject, and for the global endpoint, which
    # redirects for hours after a bucket was created; a redirected link is rejected.
    config = Config(
        signature_version="s3v4",
        s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
    )
    return boto3.client("s3", region_name=settings().region, config=config)


def work_key(job_id: str, stage: str, number: int, attempt: str) -> str:
    """Return the key of a working file for an attempt at a part of a job. Another attempt has another key."""
    return f"{WORKING_FILES}{job_id}/{stage}/{number:06d}-{attempt}"


def metadata(key: str) -> Stored:
    """Return the metadata of a file. Raises NotFoundError."""
    try:
        found = s3().head_object(**_place(key))
    except ClientError as error:
        raise _refusal(error, key) from error
    modified_at = int(found["LastModified"].timestamp() * 1000)
    return Stored(key, found["ContentLength"], found["ETag"].strip('"'), modified_at)


def read_range(key: str, start: int = 0, end: int | None = None, *, etag: str | None = None) -> bytes:
    """Read the bytes from `start` to `end` (exclusive); fewer if the file ends before.

    Raises NotFoundError, and ChangedError if the `etag` of the file has changed.
    """
    if end is not None and end <= start:
        return b""
    byte_range: Any = (
        {"Range": f"bytes={start}-{'' if end is None else end - 1}"} if start or end is not None else {}
    )
    try:
        return s3().get_object(**_place(key), **byte_range, **_if_match(etag))["Body"].read()
    except ClientError as error:
        if _code(error) in _NOTHING_THERE:
            return b""
        raise _refusal(error, key) from error


def stream(key: str, *, etag: str | None = None, at_once: int = _PART_BYTES) -> Iterator[bytes]:
    """Stream the whole file, `at_once` bytes at a time. Lazy. Raises what `read` raises."""
    start = 0
    # Ranges instead of one long response: a broken connection costs one range, which botocore requests again.
    while piece := read_range(key, start, start + at_once, etag=etag):
        yield piece
        start += len(piece)
        if len(piece) < at_once:
            return


def write(key: str, content: bytes, *, media_type: str = BINARY) -> None:
    """Write a small file in one call."""
    s3().put_object(**_place(key), Body=content, ContentType=media_type)


def write_stream(
    key: str, content: Iterable[bytes], *, media_type: str = BINARY, name: str | None = None
) -> None:
    """Write a file of any size, in parts as they arrive; no file exists if it fails. `name`: the file name for
    downloads.
    """
    disposition: Any = {"ContentDisposition": f'attachment; filename="{name}"'} if name else {}
    upload = s3().create_multipart_upload(
        **_place(key), ContentType=media_type, CacheControl="no-store", **disposition
    )["UploadId"]
    try:
        parts: list[Any] = []
        for number, part in enumerate(_parts(content), start=1):
            answer = s3().upload_part(**_place(key), UploadId=upload, PartNumber=number, Body=part)
            parts.append({"ETag": answer["ETag"], "PartNumber": number})
        s3().complete_multipart_upload(**_place(key), UploadId=upload, MultipartUpload={"Parts": parts})
    except BaseException:
        s3().abort_multipart_upload(**_place(key), UploadId=upload)
        raise


def keys(prefix: str) -> Iterator[str]:
    """List the keys of the files under a prefix. Lazy."""
    pages = s3().get_paginator("list_objects_v2")
    for page in pages.paginate(Bucket=settings().import_bucket, Prefix=prefix):
        yield from (found["Key"] for found in page.get("Contents", ()))


def delete(doomed: Sequence[str]) -> None:
    """Delete files. Missing files are ignored. Raises RuntimeError if S3 leaves some."""
    for start in range(0, len(doomed), _CALL_SIZE):
        objects: Any = [{"Key": key} for key in doomed[start : start + _CALL_SIZE]]
        answer = s3().delete_objects(
            Bucket=settings().import_bucket, Delete={"Objects": objects, "Quiet": True}
        )
        if answer.get("Errors"):
            raise RuntimeError(f"{len(answer['Errors'])} files were not deleted")


def link_to(key: str, seconds: int) -> str:
    """Return a presigned URL of the file, valid for the given time."""
    return s3().generate_presigned_url("get_object", Params=_place(key), ExpiresIn=seconds)


def upload_link(key: str, size: int, seconds: int) -> str:
    """Return a presigned URL by which a file of exactly this size (bytes) can be PUT as BINARY, for the given time."""
    signed = {**_place(key), "ContentType": BINARY, "ContentLength": size}
    return s3().generate_presigned_url("put_object", Params=signed, ExpiresIn=seconds)


def _place(key: str) -> Any:
    return {"Bucket": settings().import_bucket, "Key": key}


def _if_match(etag: str | None) -> Any:
    return {} if etag is None else {"IfMatch": etag}


def _parts(content: Iterable[bytes]) -> Iterator[bytes]:
    """Split chunks into parts. S3 completes no upload without a part, so that no data yields one empty part."""
    buffer, sent = bytearray(), False
    for piece in content:
        buffer += piece
        if len(buffer) >= _PART_BYTES:
            yield bytes(buffer)
            buffer, sent = bytearray(), True
    if buffer or not sent:
        yield bytes(buffer)


def _code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])


def _refusal(error: ClientError, key: str) -> Exception:
    if _code(error) in _MISSING:
        return NotFoundError(f"there is no file {key} in the bucket", details={"key": key})
    if _code(error) in _CHANGED:
        return ChangedError("the file was replaced in the meantime", details={"key": key})
    return error
