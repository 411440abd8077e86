"""Sign a POST to `/` with constant headers by AWS Signature Version 4 (rule: AWS's reference of SigV4).

botocore's signer covers every kind of request and costs as much as storing twenty events; tests hold this one to its
results.
"""

import hmac
import time
from functools import lru_cache
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import NoCredentialsError

_ALGORITHM = "AWS4-HMAC-SHA256"
_SIGNED = "host;x-amz-date;x-amz-target"
_SIGNED_WITH_TOKEN = "host;x-amz-date;x-amz-security-token;x-amz-target"  # noqa: S105 - names of headers


class RequestSigner:
    """A signer for one endpoint. `credentials` are botocore's, which renew themselves; None if there are none.

    `clock_ahead`: seconds by which the service's clock is ahead of the local one.
    """

    def __init__(self, credentials: Any, *, url: str, region: str, service: str) -> None:
        self._credentials = credentials
        self._host = urlsplit(url).netloc
        self._region, self._service = region, service
        self.clock_ahead = 0.0

    def headers(self, body: bytes, target: str, now: float | None = None) -> dict[str, str]:
        """Return the headers that authenticate this body, including those that are signed. `now` in epoch seconds.

        Raises NoCredentialsError.
        """
        if self._credentials is None:
            raise NoCredentialsError
        keys = self._credentials.get_frozen_credentials()
        moment = _moment(int(time.time() + self.clock_ahead if now is None else now))
        scope, key = _scope_and_key(keys.secret_key, moment[:8], self._region, self._service)
        token = f"x-amz-security-token:{keys.token}\n" if keys.token else ""
        names = _SIGNED_WITH_TOKEN if token else _SIGNED
        canonical = (
            f"POST\n/\n\nhost:{self._host}\nx-amz-date:{moment}\n{token}x-amz-target:{target}\n"
            f"\n{names}\n{sha256(body).hexdigest()}"
        )
        to_sign = f"{_ALGORITHM}\n{moment}\n{scope}\n{sha256(canonical.encode()).hexdigest()}"
        signature = key.digest(to_sign.encode()).hex()
        headers = {
            "host": self._host,
            "x-amz-date": moment,
            "x-amz-target": target,
            "authorization": (
                f"{_ALGORITHM} Credential={keys.access_key}/{scope}, SignedHeaders={names}, Signature={signature}"
            ),
        }
        return headers | {"x-amz-security-token": keys.token} if token else headers


@lru_cache(maxsize=1)
def _moment(seconds: int) -> str:
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(seconds))


class _Key:
    """A key of HMAC-SHA256 (RFC 2104) with its two blocks hashed in advance, which halves the time for a short text."""

    def __init__(self, key: bytes) -> None:
        block = key.ljust(64, b"\0")
        self._inner = sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = sha256(bytes(byte ^ 0x5C for byte in block))

    def digest(self, text: bytes) -> bytes:
        """Return the HMAC of a text."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(text)
        outer.update(inner.digest())
        return outer.digest()


@lru_cache(maxsize=2)
def _scope_and_key(secret: str, day: str, region: str, service: str) -> tuple[str, _Key]:
    """Return the credential scope of a day and its signing key."""
    scope = f"{day}/{region}/{service}/aws4_request"
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return scope, _Key(key)
