"""Start and stop the emulator."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

from infra.local import processes
from infra.local.layout import REGION, ROOT, ROOT_KEY, Stack, StackError

START_SECONDS = 180
"""Seconds to wait for the start on a busy machine; a process that dies ends the wait."""
STOP_SECONDS = 300
"""Seconds to wait for the stop: it writes its data to disk first, some seconds for each ten thousand customers."""


def start(stack: Stack) -> bool:
    """Start the emulator; returns whether it had to be started."""
    own = processes.belonging_to(stack.home)
    if is_running(stack):
        return False
    if own:
        print("Stopping the remaining processes of an earlier run.")
        stop(stack)
    ensure_port_is_free(stack)
    _wait_until_healthy(stack, _spawn(stack))
    return True


def ensure_port_is_free(stack: Stack) -> None:
    """Raise StackError if another program listens on the stack's port."""
    if not has_process(stack) and _is_port_taken(stack):
        raise StackError(
            f"Port {stack.port} is used by another program. Choose another one, for example: "
            f"make run PORT={stack.port + 33}"
        )


def stop(stack: Stack) -> bool:
    """Stop the emulator, which saves its state first, then its remaining processes; returns whether there were any."""
    own = processes.belonging_to(stack.home)
    if not own:
        return False
    stubborn = processes.end(own[:1], seconds=STOP_SECONDS)
    left = processes.end(stubborn + processes.belonging_to(stack.home), seconds=5)
    processes.kill(left)
    shutil.rmtree(stack.home / "tmp", ignore_errors=True)
    return True


def save(stack: Stack) -> None:
    """Write the state to disk, so that a later crash loses no deployment and no key."""
    if own := processes.belonging_to(stack.home):
        os.kill(own[0], signal.SIGUSR1)


def has_process(stack: Stack) -> bool:
    """Decide whether its process runs. It may be too busy to respond: with much data, it saves for seconds."""
    return bool(processes.belonging_to(stack.home))


def is_running(stack: Stack) -> bool:
    """Decide whether the emulator of this stack is up and responds."""
    return has_process(stack) and is_healthy(stack)


def is_healthy(stack: Stack) -> bool:
    try:
        with urllib.request.urlopen(f"{stack.endpoint}/_ministack/health", timeout=5) as answer:  # noqa: S310
            return bool(answer.status == 200)  # noqa: PLR2004
    except (OSError, urllib.error.URLError):
        return False


def _spawn(stack: Stack) -> "subprocess.Popen[bytes]":
    temporary = stack.home / "tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    with stack.log.open("w") as log:
        command = [sys.executable, "-m", processes.SERVER, f"{stack.home}{os.sep}"]
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=_environment(stack),
            stdout=log,
            stderr=log,
            start_new_session=True,
            umask=0o077,
        )


def _environment(stack: Stack) -> dict[str, str]:
    # Functions inherit this environment: only what a program needs to run, and nothing else of the user's shell.
    inherited = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    return inherited | {
        "HOME": str(stack.home),
        "TMPDIR": str(stack.home / "tmp"),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(stack.port),
        "MINISTACK_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ROOT_KEY,
        "AWS_SECRET_ACCESS_KEY": ROOT_KEY,
        "AUTH": "true",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(stack.home / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(stack.home / "s3"),
        # These services would listen on ports of their own, and on every interface.
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        # No containers are needed: the user's Docker stays untouched.
        "DOCKER_HOST": "unix:///nonexistent",
    }


def _wait_until_healthy(stack: Stack, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if is_healthy(stack):
            return
        # The list of processes is not reliable here: for a moment the new process has an empty command line.
        if server.poll() is not None:
            break
        time.sleep(0.1)
    processes.kill(processes.belonging_to(stack.home))
    raise StackError(f"The emulator did not start. See {stack.log}:\n{_last_lines(stack)}")


def _last_lines(stack: Stack) -> str:
    return "\n".join(stack.log.read_text(errors="replace").splitlines()[-15:])


def _is_port_taken(stack: Stack) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", stack.port))
        except OSError:
            return True
    return False
