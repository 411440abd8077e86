"""Define where the local stack keeps its files and how it is reached."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / ".local"
STACK_FILE = Path(os.environ.get("STACK_JSON", LOCAL / "stack.json"))
"""The file that describes the running stack. Set STACK_JSON to run a second stack with another file."""
BUILD = LOCAL / "build"
LAYER = BUILD / "SharedLayer" / "python"
NAME = "crm"
REGION = "us-east-1"
# The emulator's root credentials; functions get those of their own roles.
ROOT_KEY = "test"
DEFAULT_PORT = 4566


class StackError(Exception):
    """The stack cannot perform the request; the message gives the reason and what to do."""


@dataclass(frozen=True, slots=True)
class Stack:
    """An emulator and its data. Each port has data of its own, because URLs are part of them."""

    port: int = DEFAULT_PORT

    @property
    def home(self) -> Path:
        return LOCAL / f"stack-{self.port}"

    @property
    def log(self) -> Path:
        return self.home / "emulator.log"

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        return f"{self.endpoint}/_aws/execute-api/{NAME}/$default"

    def client(self, service: str) -> Any:
        make: Any = boto3.client  # its overloads accept service names as literals only
        return make(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=ROOT_KEY,
            aws_secret_access_key=ROOT_KEY,
        )

    def environment(self) -> dict[str, str]:
        """Return the environment in which AWS's own tools connect to this stack only."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SAM_"))}
        return kept | {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": ROOT_KEY,
            "AWS_SECRET_ACCESS_KEY": ROOT_KEY,
            "AWS_DEFAULT_REGION": REGION,
            "SAM_CLI_TELEMETRY": "0",
        }


def write_secret(path: Path, text: str) -> None:
    """Write a file that only its owner may read, and restrict an existing one."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "w") as file:
        os.fchmod(descriptor, 0o600)  # before any content is written
        file.truncate()
        file.write(text)


def private_directory(path: Path) -> None:
    """Create a directory that only its owner may enter, or restrict an existing one."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.chmod(0o700)


def tool(name: str) -> str:
    """Return the path of a program in the environment that runs this one."""
    return str(Path(sys.executable).with_name(name))
