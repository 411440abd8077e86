"""Run a command while the local stack is up: `python -m infra.local.during <command>`.

A running stack is used as it is; otherwise one is started on a free port and removed, with its data, afterwards.
"""

import json
import os
import random
import shutil
import socket
import subprocess
import sys

from infra.local import emulator, stack
from infra.local.layout import STACK_FILE, Stack, StackError

PORTS = (20_000, 30_000)
"""Below those that systems give to outgoing connections: from 32768 on Linux, from 49152 elsewhere."""


def main(command: list[str]) -> int:
    if _runs():
        return subprocess.run(command, check=False).returncode
    own = Stack(int(os.environ.get("PORT") or free_port()))
    try:
        stack.up(own)
        return subprocess.run(command, check=False).returncode
    except StackError as error:
        print(error)
        return 1
    finally:
        stack.down(own)
        shutil.rmtree(own.home, ignore_errors=True)


def _runs() -> bool:
    if not STACK_FILE.exists():
        return False
    described = json.loads(STACK_FILE.read_text())
    return emulator.is_healthy(Stack(int(described["endpoint_url"].rpartition(":")[2])))


def free_port() -> int:
    """Return a port on which nothing listens, and which the system gives to no outgoing connection.

    It is still free when the stack has been built, a minute later.
    """
    while True:
        port = random.randrange(*PORTS)  # noqa: S311 - no secret
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
