"""Commands of previews of files."""

from typing import TypedDict

from crm.domain.commands.import_mappings import DraftMapping


class PreviewRequest(TypedDict, total=False):
    """A file to preview: of the bucket (`key`), or its first bytes in base64 (`content`)."""

    key: str | None
    content: str | None
    name: str | None
    mapping: str | DraftMapping | None
