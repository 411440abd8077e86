"""AWS Signature Version 4 of a POST to `/` whose headers never change (rule: AWS's reference of SigV4).

botocore's signer allows for every request there is and costs as much as storing twenty events; the tests hold this
one to its results.
"""

import hashlib
import hmac
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import NoCredentialsError

_ALGORITHM = "AWS4-HMAC-SHA256"


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
        moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(seconds))
        signed = {"host": self._host, "x-amz-date": moment}
        if keys.token:
            signed["x-amz-security-token"] = keys.token
        signed["x-amz-target"] = target
        scope = f"{moment[:8]}/{self._region}/{self._service}/aws4_request"
        to_sign = f"{_ALGORITHM}\n{moment}\n{scope}\n{_digest(_canonical(signed, body).encode())}"
        key = _signing_key(keys.secret_key, moment[:8], self._region, self._service)
        signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
        credential = f"Credential={keys.access_key}/{scope}"
        authorization = f"{_ALGORITHM} {credential}, SignedHeaders={';'.join(signed)}, Signature={signature}"
        return {**signed, "authorization": authorization}


def _canonical(signed: Mapping[str, str], body: bytes) -> str:
    lines = "".join(f"{name}:{value}\n" for name, value in signed.items())
    return f"POST\n/\n\n{lines}\n{';'.join(signed)}\n{_digest(body)}"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@lru_cache(maxsize=2)
def _signing_key(secret: str, day: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (day, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key
