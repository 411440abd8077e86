"""Patch the emulator to pass compressed bodies unchanged.

It decides by the content type alone whether a body is text, and reads a gzipped JSON document as broken UTF-8. API
Gateway passes bodies that are not text as base64.
"""

from contextvars import ContextVar
from typing import Any

_compressed: ContextVar[bool] = ContextVar("compressed", default=False)


def keep_compressed(gateway: Any) -> None:
    """Make the emulator's HTTP APIs deliver bodies with a Content-Encoding as base64."""
    invoke, is_text = gateway._invoke_lambda_proxy, gateway._v2_request_body_is_text

    async def invoke_function(*arguments: Any, **named: Any) -> Any:
        headers = arguments[5]
        token = _compressed.set(headers.get("content-encoding", "identity") != "identity")
        try:
            return await invoke(*arguments, **named)
        finally:
            _compressed.reset(token)

    def body_is_text(content_type: str | None) -> bool:
        return not _compressed.get() and bool(is_text(content_type))

    gateway._invoke_lambda_proxy, gateway._v2_request_body_is_text = invoke_function, body_is_text
