"""Files about people, in the bucket under `people/<profile id>/`: what is kept of them is gone after a day."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from crm.settings import settings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_FOLDER = "people/"
_PART_BYTES = 8_000_000
"""S3 wants parts of at least 5 MB, and takes 10,000 of them."""

_CALL_SIZE = 1000


@cache
def _s3() -> "S3Client":
    import boto3
    from botocore.config import Config

    # botocore would sign links by the old version 2, which newer regions do not take.
    config = Config(signature_version="s3v4")
    return boto3.client("s3", region_name=settings().region, config=config)


def files_of(profile_id: str) -> Iterator[str]:
    """Keys of the files that are kept about a profile."""
    pages = _s3().get_paginator("list_objects_v2")
    for page in pages.paginate(Bucket=settings().import_bucket, Prefix=f"{_FOLDER}{profile_id}/"):
        yield from (found["Key"] for found in page.get("Contents", ()))


def delete_files(keys: Sequence[str]) -> None:
    """Delete files. Raises RuntimeError when S3 leaves some."""
    for start in range(0, len(keys), _CALL_SIZE):
        objects: Any = [{"Key": key} for key in keys[start : start + _CALL_SIZE]]
        answer = _s3().delete_objects(
            Bucket=settings().import_bucket, Delete={"Objects": objects, "Quiet": True}
        )
        if answer.get("Errors"):
            raise RuntimeError(f"{len(answer['Errors'])} files were not deleted")


def write_file(profile_id: str, name: str, content: Iterable[bytes], *, media_type: str) -> str:
    """Write a file about a profile, of any size, in parts as they come; its key. There is none if it fails."""
    key = f"{_FOLDER}{profile_id}/{name}"
    place: Any = {"Bucket": settings().import_bucket, "Key": key}
    disposition = f'attachment; filename="{name}"'
    upload = _s3().create_multipart_upload(
        **place, ContentType=media_type, ContentDisposition=disposition, CacheControl="no-store"
    )["UploadId"]
    try:
        parts: list[Any] = []
        for number, part in enumerate(_parts(content), start=1):
            answer = _s3().upload_part(**place, UploadId=upload, PartNumber=number, Body=part)
            parts.append({"ETag": answer["ETag"], "PartNumber": number})
        _s3().complete_multipart_upload(**place, UploadId=upload, MultipartUpload={"Parts": parts})
    except BaseException:
        _s3().abort_multipart_upload(**place, UploadId=upload)
        raise
    return key


def _parts(content: Iterable[bytes]) -> Iterator[bytes]:
    held = bytearray()
    for piece in content:
        held += piece
        if len(held) >= _PART_BYTES:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)


def link_to(key: str, seconds: int) -> str:
    """An address under which everybody can load the file for so long."""
    place = {"Bucket": settings().import_bucket, "Key": key}
    return _s3().generate_presigned_url("get_object", Params=place, ExpiresIn=seconds)
