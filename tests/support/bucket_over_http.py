"""S3's HTTP interface of the bucket in memory: parse requests and write responses in XML."""

from __future__ import annotations

import re
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape, unescape

from tests.support.memory_bucket import MemoryBucket, Parsed

Response = tuple[int, bytes, dict[str, str]]

_KEY = re.compile(r"<Key>(.*?)</Key>")
_PART = re.compile(r"<PartNumber>(\d+)</PartNumber>")


def answer(bucket: MemoryBucket, operation: str, request: Any) -> Response:
    """Return S3's response: HTTP status, content and headers."""
    status, parsed = bucket.perform(operation, _parsed_request(operation, request))
    return _response(operation, status, parsed)


def refused(status: int, parsed: Parsed) -> Response:
    """Return the response to a request that failed before it reached the bucket."""
    return _response("", status, parsed)


def _parsed_request(operation: str, request: Any) -> Parsed:
    query = {name: values[0] for name, values in parse_qs(urlsplit(request.url).query).items()}
    body, asked = _body(request), {"Key": _key(request), "Prefix": query.get("prefix", "")}
    asked |= {"IfMatch": _header(request, "If-Match"), "Range": _header(request, "Range"), "Body": body}
    asked |= {"UploadId": query.get("uploadId"), "PartNumber": int(query.get("partNumber", 0))}
    if operation == "DeleteObjects":
        asked["Delete"] = {"Objects": [{"Key": unescape(key)} for key in _KEY.findall(body.decode())]}
    if operation == "CompleteMultipartUpload":
        asked["MultipartUpload"] = {
            "Parts": [{"PartNumber": int(number)} for number in _PART.findall(body.decode())]
        }
    return asked


def _response(operation: str, status: int, parsed: Parsed) -> Response:
    headers = {"etag": parsed["ETag"]} if "ETag" in parsed else {}
    if "LastModified" in parsed:
        headers["last-modified"] = format_datetime(parsed["LastModified"], usegmt=True)
        headers["content-length"] = str(parsed["ContentLength"])
    if "Error" in parsed:
        code = parsed["Error"]["Code"]
        content = f"<Error><Code>{code}</Code><Message>{code}</Message></Error>".encode()
        return status, b"" if operation == "HeadObject" else content, headers
    return status, parsed["Body"].read() if "Body" in parsed else _xml(operation, parsed).encode(), headers


def _xml(operation: str, parsed: Parsed) -> str:
    match operation:
        case "ListObjectsV2":
            keys = [found["Key"] for found in parsed.get("Contents", ())]
            contents = "".join(f"<Contents><Key>{escape(key)}</Key></Contents>" for key in keys)
            listed = f"<IsTruncated>false</IsTruncated><KeyCount>{len(keys)}</KeyCount>{contents}"
            return f"<ListBucketResult>{listed}</ListBucketResult>"
        case "CreateMultipartUpload":
            return f"<R><UploadId>{parsed['UploadId']}</UploadId></R>"
        case "DeleteObjects":
            return "<DeleteResult></DeleteResult>"
        case "CompleteMultipartUpload":
            return "<CompleteMultipartUploadResult></CompleteMultipartUploadResult>"
    return ""


def _key(request: Any) -> str:
    """Return the key, which follows the bucket's name in the host or in the first part of the path."""
    parts = urlsplit(request.url)
    path = unquote(parts.path).lstrip("/")
    return path if ".s3." in parts.netloc else path.partition("/")[2]


def _header(request: Any, name: str) -> str:
    value = request.headers.get(name) or b""
    return value.decode() if isinstance(value, bytes) else str(value)


def _body(request: Any) -> bytes:
    """Return the body. botocore sends some bodies as files, in chunks with a checksum at the end."""
    body = request.body
    content = body if isinstance(body, bytes) else b"" if body is None else body.read()
    if "aws-chunked" not in _header(request, "Content-Encoding"):
        return bytes(content)
    return b"".join(_unchunked(bytes(content)))


def _unchunked(content: bytes) -> list[bytes]:
    chunks: list[bytes] = []
    while content:
        size, _, rest = content.partition(b"\r\n")
        length = int(size.split(b";")[0], 16)
        if not length:
            break
        chunks.append(rest[:length])
        content = rest[length + 2 :]
    return chunks
