"""The bucket: what was dropped to be imported, what jobs work on, and the files that they make."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from crm.domain.errors import ConflictError, NotFoundError
from crm.settings import settings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BINARY = "application/octet-stream"
WORK = "work/"
"""What jobs keep between their parts: gone when they are over, and after a week whatever happens."""

_PART_BYTES = 8_000_000
"""S3 wants parts of at least 5 MB, and takes 10,000 of them."""

_CALL_SIZE = 1000
_MISSING = {"404", "NoSuchKey", "NotFound"}
_CHANGED = {"412", "PreconditionFailed"}
_NOTHING_THERE = {"416", "InvalidRange"}


class ChangedError(ConflictError):
    """The file is another one than it was when it was looked at."""

    code = "file_changed"


@dataclass(frozen=True, slots=True)
class Stored:
    """A file. `size` in bytes, `modified_at` in epoch ms."""

    key: str
    size: int
    etag: str
    modified_at: int


@cache
def s3() -> "S3Client":
    import boto3
    from botocore.config import Config

    # By itself, botocore signs links by version 2, which newer regions do not take, and for the global endpoint, which
    # redirects for hours after a bucket was made; a redirected link is refused.
    config = Config(
        signature_version="s3v4",
        s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
    )
    return boto3.client("s3", region_name=settings().region, config=config)


def work_key(job_id: str, stage: str, number: int, attempt: str) -> str:
    """Where an attempt at a part of a job keeps something: another attempt does not overwrite it."""
    return f"{WORK}{job_id}/{stage}/{number:06d}-{attempt}"


def head(key: str) -> Stored:
    """Raises NotFoundError."""
    try:
        found = s3().head_object(**_place(key))
    except ClientError as error:
        raise _refusal(error, key) from error
    modified_at = int(found["LastModified"].timestamp() * 1000)
    return Stored(key, found["ContentLength"], found["ETag"].strip('"'), modified_at)


def read(key: str, start: int = 0, end: int | None = None, *, etag: str | None = None) -> bytes:
    """The bytes from `start` up to `end`, which is not included; fewer where the file ends before.

    Raises NotFoundError, and ChangedError where the file has another `etag` by now.
    """
    if end is not None and end <= start:
        return b""
    asked: Any = (
        {"Range": f"bytes={start}-{'' if end is None else end - 1}"} if start or end is not None else {}
    )
    try:
        return s3().get_object(**_place(key), **asked, **_if_match(etag))["Body"].read()
    except ClientError as error:
        if _code(error) in _NOTHING_THERE:
            return b""
        raise _refusal(error, key) from error


def stream(key: str, *, etag: str | None = None, at_once: int = _PART_BYTES) -> Iterator[bytes]:
    """The whole file, `at_once` bytes at a time. Lazy. Raises what `read` raises."""
    start = 0
    # Ranges, not one long answer: a connection that breaks costs one range, which botocore asks for again.
    while piece := read(key, start, start + at_once, etag=etag):
        yield piece
        start += len(piece)
        if len(piece) < at_once:
            return


def write(key: str, content: bytes, *, media_type: str = BINARY) -> None:
    """Write a small file at once."""
    s3().put_object(**_place(key), Body=content, ContentType=media_type)


def write_stream(
    key: str, content: Iterable[bytes], *, media_type: str = BINARY, name: str | None = None
) -> None:
    """Write a file of any size, in parts as they come; there is none if it fails. `name`: as it is downloaded."""
    said: Any = {"ContentDisposition": f'attachment; filename="{name}"'} if name else {}
    upload = s3().create_multipart_upload(
        **_place(key), ContentType=media_type, CacheControl="no-store", **said
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
    """Keys of the files under a prefix. Lazy."""
    pages = s3().get_paginator("list_objects_v2")
    for page in pages.paginate(Bucket=settings().import_bucket, Prefix=prefix):
        yield from (found["Key"] for found in page.get("Contents", ()))


def delete(doomed: Sequence[str]) -> None:
    """Delete files. Deleting what is not there is no failure. Raises RuntimeError when S3 leaves some."""
    for start in range(0, len(doomed), _CALL_SIZE):
        objects: Any = [{"Key": key} for key in doomed[start : start + _CALL_SIZE]]
        answer = s3().delete_objects(
            Bucket=settings().import_bucket, Delete={"Objects": objects, "Quiet": True}
        )
        if answer.get("Errors"):
            raise RuntimeError(f"{len(answer['Errors'])} files were not deleted")


def link_to(key: str, seconds: int) -> str:
    """An address under which everybody can load the file for so long."""
    return s3().generate_presigned_url("get_object", Params=_place(key), ExpiresIn=seconds)


def _place(key: str) -> Any:
    return {"Bucket": settings().import_bucket, "Key": key}


def _if_match(etag: str | None) -> Any:
    return {} if etag is None else {"IfMatch": etag}


def _parts(content: Iterable[bytes]) -> Iterator[bytes]:
    """S3 completes no upload without a part: nothing is one, too."""
    held, sent = bytearray(), False
    for piece in content:
        held += piece
        if len(held) >= _PART_BYTES:
            yield bytes(held)
            held, sent = bytearray(), True
    if held or not sent:
        yield bytes(held)


def _code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])


def _refusal(error: ClientError, key: str) -> Exception:
    if _code(error) in _MISSING:
        return NotFoundError(f"there is no file {key} in the bucket", details={"key": key})
    if _code(error) in _CHANGED:
        return ChangedError("the file has been replaced in the meantime", details={"key": key})
    return error
