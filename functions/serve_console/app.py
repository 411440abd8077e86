"""Serve the console: the page in which all of it runs, and its scripts and styles.

The files of `static` are built from `src` by `make console`. Their addresses contain a digest of all of them, so that
browsers keep them permanently and never mix two builds.
"""

import base64
import gzip
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from crm.http.answers import Answer
from crm.http.boundary import respond
from crm.http.unknown import answer_unknown_route
from crm.observability import traced
from crm.settings import settings

Event = dict[str, Any]

STATIC = Path(__file__).parent / "static"
SHELL, PAGES = "index.html", "pages.json"
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
GZIP = b"\x1f\x8b"
IMMUTABLE = "public, max-age=31536000, immutable"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' {bucket}; "
    "frame-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
PAGE_HEADERS = {
    "cache-control": "no-cache",
    "content-type": "text/html; charset=utf-8",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
}


@dataclass(frozen=True, slots=True)
class Site:
    """The built files by name, the first parts of the pages' paths, and the digest of all."""

    files: dict[str, bytes]
    pages: frozenset[str]
    digest: str


def get_console(event: Event) -> Answer:
    return _page(event, "", 200)


def get_console_page(event: Event) -> Answer:
    path = event["pathParameters"]["path"]
    parts = path.split("/")
    if (
        parts[:-1] == ["assets", _site().digest]
        and Path(parts[-1]).suffix in TYPES
        and parts[-1] in _site().files
    ):
        return _asset(event, parts[-1])
    return _page(event, path, 200 if parts[0] in _site().pages else 404)


OPERATIONS = {"GET /console": get_console, "GET /console/{path+}": get_console_page}


@traced
def handler(event: Event, _context: object) -> Answer:
    """Answer a request for the console; it needs no key, because it contains no data."""
    route = event["routeKey"]
    if route not in OPERATIONS:
        return answer_unknown_route(event)
    return respond(lambda: OPERATIONS[route](event), route=route)


def _page(event: Event, path: str, status: int) -> Answer:
    """Return the page for every path; its script shows what the path names.

    Addresses in it are relative, because a stage may precede the path of the route.
    """
    site = _site()
    depth = path.count("/")
    above = "../" * depth if path else "console/"
    etag = f'W/"{site.digest}.{depth if path else "top"}"'
    policy = POLICY.format(bucket=settings().bucket_origin)  # files for import are sent to the bucket itself
    headers = PAGE_HEADERS | {"content-security-policy": policy, "etag": etag}
    if status == 200 and etag in event["headers"].get("if-none-match", ""):  # noqa: PLR2004 - OK
        return _answer(304, headers)
    page = site.files[SHELL].replace(b"{{assets}}", f"{above}assets/{site.digest}".encode())
    return _answer(status, headers, gzip.compress(page, 9, mtime=0) if _takes_gzip(event) else page)


def _asset(event: Event, name: str) -> Answer:
    headers = {"cache-control": IMMUTABLE, "content-type": TYPES[Path(name).suffix]}
    return _answer(200, headers, _compressed(name) if _takes_gzip(event) else _site().files[name])


def _takes_gzip(event: Event) -> bool:
    return "gzip" in event["headers"].get("accept-encoding", "")


def _answer(status: int, headers: dict[str, str], body: bytes = b"") -> Answer:
    fields = {**headers, "vary": "accept-encoding", "x-content-type-options": "nosniff"}
    if not body.startswith(GZIP):
        return {"statusCode": status, "headers": fields, "body": body.decode()}
    fields["content-encoding"] = "gzip"
    return {
        "statusCode": status,
        "headers": fields,
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }


@cache
def _site() -> Site:
    files = {file.name: file.read_bytes() for file in sorted(STATIC.iterdir())}
    digest = hashlib.sha256()
    for name, content in files.items():
        digest.update(f"{name}:{len(content)}:".encode() + content)
    return Site(files, frozenset(json.loads(files[PAGES])), digest.hexdigest()[:16])


@cache
def _compressed(name: str) -> bytes:
    return gzip.compress(_site().files[name], 9, mtime=0)


def clear_cache() -> None:
    """Read the files again: after a new build."""
    _site.cache_clear()
    _compressed.cache_clear()
