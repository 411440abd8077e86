"""Commands of imports: upload a file, and start the import of one."""

from typing import NotRequired, TypedDict


class NewUpload(TypedDict):
    """A file to upload: its name, and its size in bytes."""

    name: str
    size: int


class NewImport(TypedDict):
    """An import of a file that is in the bucket. `again`: although its content was imported before."""

    key: str
    mapping: NotRequired[str | None]
    again: NotRequired[bool]
