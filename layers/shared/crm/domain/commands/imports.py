"""Commands of imports: start one, and preview a file."""

from typing import NotRequired, TypedDict

from crm.domain.commands.import_mappings import DraftMapping


class PreviewRequest(TypedDict, total=False):
    """A file to preview: of the bucket (`key`), or its first bytes in base64 (`content`)."""

    key: str | None
    content: str | None
    name: str | None
    mapping: str | DraftMapping | None


class NewUpload(TypedDict):
    """A file to upload: its name, and its size in bytes."""

    name: str
    size: int


class NewImport(TypedDict):
    """An import of a file that is in the bucket. `again`: although its content was imported before."""

    key: str
    mapping: NotRequired[str | None]
    again: NotRequired[bool]
