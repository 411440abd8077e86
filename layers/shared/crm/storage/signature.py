"""AWS Signature Version 4 of a POST to `/` whose headers never change (rule: AWS's reference of SigV4).

botocore's signer allows for every request there is and costs as much as storing twenty events; the tests hold this
one to its results.
"""

import hashlib
import hmac
import time
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import NoCredentialsError

_ALGORITHM = "AWS4-HMAC-SHA256"
_SIGNED = "host;x-amz-date;x-amz-target"
_SIGNED_WITH_TOKEN = "host;x-amz-date;x-amz-security-token;x-amz-target"  # noqa: S105 - names of headers


class RequestSigner:
    """Signs for one endpoint. `credentials` are botocore's, which renew themselves; None where there are none.

    `clock_ahead`: seconds by which the service's clock is ahead of ours.
    """

    def __init__(self, credentials: Any, *, url: str, region: str, service: str) -> None:
        self._credentials = credentials
        self._host = urlsplit(url).netloc
        self._region, self._service = region, service
        self.clock_ahead = 0.0

    def headers(self, body: bytes, target: str, now: float | None = None) -> dict[str, str]:
        """The headers that authenticate this body, with those that are signed. `now` in epoch seconds.

        Raises NoCredentialsError.
        """
        if self._credentials is None:
            raise NoCredentialsError
        keys = self._credentials.get_frozen_credentials()
        seconds = time.time() + self.clock_ahead if now is None else now
        moment = _moment(int(seconds))
        day, token = moment[:8], f"x-amz-security-token:{keys.token}\n" if keys.token else ""
        names = _SIGNED_WITH_TOKEN if token else _SIGNED
        signed = f"host:{self._host}\nx-amz-date:{moment}\n{token}x-amz-target:{target}\n"
        canonical = f"POST\n/\n\n{signed}\n{names}\n{_digest(body)}"
        scope = f"{day}/{self._region}/{self._service}/aws4_request"
        to_sign = f"{_ALGORITHM}\n{moment}\n{scope}\n{_digest(canonical.encode())}"
        key = _signing_key(keys.secret_key, day, self._region, self._service)
        signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
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


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@lru_cache(maxsize=2)
def _signing_key(secret: str, day: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (day, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key
