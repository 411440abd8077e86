"""Files of a running stack: dropped into its bucket, written by its jobs, loaded by links."""

import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Self, TypeVar
from urllib.parse import urlencode

import boto3

from infra.local.layout import ROOT_KEY
from tests.e2e.stack import Answer, Stack, call

TIMEOUT_S = 300
"""The timeout of a job over some hundred customers, on a busy laptop."""

MANY_ROWS = b"email,city\n" + b"nobody,Vigo\n" * 300_000
"""Rows that are all rejected: their import takes a while, and leaves no data."""

TERMINAL_STATES = {"done", "failed", "cancelled"}

T = TypeVar("T")


@dataclass(frozen=True)
class Files:
    """A stack with access to its bucket. `client` creates boto3 clients; names of files are unique."""

    stack: Stack
    bucket: str
    client: Callable[[str], Any]
    name: str

    @classmethod
    def of(cls, stack: Stack, description: dict[str, str]) -> Self:
        client = partial(
            boto3.client,
            endpoint_url=description["endpoint_url"],
            region_name=description["region"],
            aws_access_key_id=ROOT_KEY,
            aws_secret_access_key=ROOT_KEY,
        )
        return cls(stack, description["import_bucket"], client, uuid.uuid4().hex)

    @property
    def domain(self) -> str:
        """A domain of email addresses that no customer has."""
        return f"{self.name}.example.com"

    def put(self, name: str, content: bytes, folder: str = "imports") -> str:
        """Put a file into the bucket, and return its key."""
        key = f"{folder}/{self.name}-{name}"
        self.client("s3").put_object(Bucket=self.bucket, Key=key, Body=content)
        return key

    def drop(self, name: str, content: bytes | str, folder: str = "imports") -> dict[str, Any]:
        """Drop a file, wait until its import has ended, and return the import."""
        known = {found["id"] for found in self._imports()}
        key = self.put(name, content.encode() if isinstance(content, str) else content, folder)
        begun = until(
            lambda: next((i for i in self._imports() if i["key"] == key and i["id"] not in known), None)
        )
        return self.wait_for_job(f"/v1/imports/{begun['id']}")

    def wait_for_job(self, path: str) -> dict[str, Any]:
        """Wait until a job has ended, and return it."""
        return until(lambda: shown if (shown := self.ask(path))["state"] in TERMINAL_STATES else None)

    def work(self, path: str, body: dict[str, Any], published_at: str = "/v1/jobs") -> dict[str, Any]:
        """Start a job, and wait until it has ended."""
        begun = self.ask(path, body)
        return self.wait_for_job(f"{published_at}/{begun['id']}")

    def ask(self, path: str, body: Any = None, *, method: str = "") -> dict[str, Any]:
        """Send a request with the admin key, and return the response's body; it must succeed."""
        answer = self.stack.admin(path, method=method or ("GET" if body is None else "POST"), json_body=body)
        assert answer.status in {200, 201, 202, 204}, answer
        return dict(answer.json()) if answer.body else {}

    def profiles(self, **filters: str) -> list[dict[str, Any]]:
        """Return the profiles of all pages of the list with these filters."""
        return list(self._pages("/v1/profiles", "profiles", filters | {"limit": "100"}))

    def profiles_when(self, number: int, **filters: str) -> list[dict[str, Any]]:
        """Wait until the list has a number of profiles, and return them."""
        return until(lambda: found if len(found := self.profiles(**filters)) == number else None)

    def customer(self, mail: str) -> dict[str, Any]:
        """Return the whole profile of an address."""
        return until(lambda: self.stack.owner_of("email", mail))

    def _imports(self) -> list[dict[str, Any]]:
        imports: list[dict[str, Any]] = self.ask("/v1/imports?limit=20")["imports"]
        return imports

    def _pages(self, path: str, name: str, query: dict[str, str]) -> Iterator[dict[str, Any]]:
        while True:
            page = self.ask(f"{path}?{urlencode(query)}")
            yield from page[name]
            if not page["next_cursor"]:
                return
            query = query | {"cursor": page["next_cursor"]}


def until(found: Callable[[], T | None]) -> T:
    """Wait until a function returns a result, and return it."""
    deadline = time.monotonic() + TIMEOUT_S
    while (answer := found()) is None:
        assert time.monotonic() < deadline, f"not within {TIMEOUT_S} s"
        time.sleep(0.5)
    return answer


def load(url: str) -> Answer:
    """Load a link without a key."""
    answer = call(url)
    assert answer.status == 200, answer
    return answer
