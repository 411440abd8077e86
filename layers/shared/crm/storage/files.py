"""Files about people, in the bucket under `people/<profile id>/`: what is kept of them is gone after a day."""

from collections.abc import Iterable, Iterator

from crm.storage import bucket

_FOLDER = "people/"


def files_of(profile_id: str) -> Iterator[str]:
    """Keys of the files that are kept about a profile."""
    return bucket.keys(f"{_FOLDER}{profile_id}/")


def write_file(profile_id: str, name: str, content: Iterable[bytes], *, media_type: str) -> str:
    """Write a file about a profile, of any size, in parts as they come; its key. There is none if it fails."""
    key = f"{_FOLDER}{profile_id}/{name}"
    bucket.write_stream(key, content, media_type=media_type, name=name)
    return key
