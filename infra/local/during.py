"""Run a command while the local stack is up: `python -m infra.local.during <command>`.

A running stack is used as it is; otherwise one is started on a free port and removed, with its data, afterwards.
"""

import json
import os
import shutil
import socket
import subprocess
import sys

from infra.local import emulator, stack
from infra.local.layout import STACK_FILE, Stack, StackError


def main(command: list[str]) -> int:
    if _runs():
        return subprocess.run(command, check=False).returncode
    own = Stack(int(os.environ.get("PORT") or _free_port()))
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


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
