"""Let a browser upload a file for import: a link by which it sends the file to the bucket itself.

An uploaded file is not imported by being there: it is previewed and then imported by requests that name its key.
"""

import secrets

from crm.domain.errors import InvalidInputError
from crm.domain.times import iso
from crm.domain.views.imports import UploadView
from crm.services.imports.import_jobs import can_be_key
from crm.services.imports.stored_files import UPLOADED
from crm.storage import bucket


def create_upload(*, name: str, size: int, now: int) -> UploadView:
    """Return where and how to PUT a file of this name and size (bytes). `now` in epoch ms. Raises InvalidInputError."""
    key = f"{UPLOADED}{secrets.token_hex(16)}/{name}"
    if "/" in name or not can_be_key(key):
        raise InvalidInputError(
            "name must be the name of a file, without its folder, like customers.csv",
            details={"field": "name"},
        )
    return {
        "key": key,
        "method": "PUT",
        "url": bucket.upload_link(key, size, bucket.LINK_S),
        "headers": {"content-type": bucket.BINARY},
        "expires_at": iso(now + bucket.LINK_S * 1000),
    }
