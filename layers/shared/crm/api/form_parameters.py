"""Query parameters of the routes of forms."""

from crm.api.parameters import Parameter

_FORMATS = ("document", "fragment")


def _format(text: str) -> str:
    if text not in _FORMATS:
        raise ValueError(f"must be {' or '.join(_FORMATS)}")
    return text


FORMAT = Parameter(
    name="format",
    keyword="format",
    description="A complete document for a frame, or the bare form to paste into a page.",
    schema={"type": "string", "enum": list(_FORMATS), "default": "document"},
    parse=_format,
    default="document",
)
