"""Know the folders of the bucket that contain files to import, and their reports."""

DROPPED = "imports/"
"""Files in it are imported when they arrive."""

UPLOADED = "uploads/"
"""Files in it wait until a request previews or imports them."""

REPORTS = "imports/reports/"


def can_be_imported(key: str) -> bool:
    """Return whether a file of the bucket can be imported; reports and folders cannot."""
    return key.startswith((DROPPED, UPLOADED)) and not key.startswith(REPORTS) and not key.endswith("/")


def folder_of(key: str) -> str | None:
    """Return the folder that a dropped file is in, which names its mapping."""
    parts = key.removeprefix(DROPPED).split("/")
    return parts[0] if key.startswith(DROPPED) and len(parts) > 1 else None
