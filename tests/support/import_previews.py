"""Previews of files of customers."""

import base64
from collections.abc import Callable
from typing import Any

from crm.api.models.import_previews import Preview
from tests.support.gateway import Answer, Client

PATH = "/v1/imports/preview"

GERMAN = (
    "E-Mail;Vorname;Ort;Geburtstag;Telefon;Newsletter;Schuhgröße\r\n"
    "ada@example.com;Ada;London;10.12.1985;+44 20 7946 0000;ja;38\r\n"
    '"grace@example.com";Grace;"Köln;\r\nSüd";;0221 123456;nein;\r\n'
    "not an address;Nobody;;;;;\r\n"
    "alan@example.com;Alan;Paris\r\n"
)
"""A file of four customers, two of which have a problem."""

PreviewFile = Callable[..., Answer]


def preview_by(client: Client, key: str) -> PreviewFile:
    """Return `preview("E-mail\\n...")`, which requests the preview of a file that begins with this text."""

    def preview(content: str | bytes | None = None, **body: Any) -> Answer:
        if content is not None:
            raw = content if isinstance(content, bytes) else content.encode()
            body["content"] = base64.b64encode(raw).decode()
        answer = client("POST", PATH, body, key=key)
        if answer.status == 200:
            Preview.model_validate(answer.body)
        return answer

    return preview


def codes(preview: dict[str, Any]) -> dict[str, int | None]:
    """Return the number of rows of each problem, by code."""
    return {problem["code"]: problem["rows"] for problem in preview["problems"]}
