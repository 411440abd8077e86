"""Store files about people in the bucket under `people/<profile id>/`. They are deleted after a day."""

from collections.abc import Iterable, Iterator

from crm.storage import bucket

_FOLDER = "people/"


def files_of(profile_id: str) -> Iterator[str]:
    """List the keys of the files about a profile."""
    return bucket.keys(f"{_FOLDER}{profile_id}/")


def write_file(profile_id: str, name: str, content: Iterable[bytes], *, media_type: str) -> str:
    """Write a file about a profile, of any size, in parts as they arrive; return its key. No file exists if it
    fails.
    """
    key = f"{_FOLDER}{profile_id}/{name}"
    bucket.write_stream(key, content, media_type=media_type, name=name)
    return key
