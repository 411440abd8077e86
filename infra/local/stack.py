"""Manage the local stack: `python -m infra.local.stack run|up|down`; PORT in the environment selects the port."""

import fcntl
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from infra.local import bootstrap, deployment, emulator
from infra.local.layout import DEFAULT_PORT, LOCAL, STACK_FILE, Stack, StackError, private_directory

FIRST_PORT, LAST_PORT = 1024, 65535


def up(stack: Stack) -> None:
    """Build, start and deploy whatever is missing, and print the addresses. Raises StackError while `make run` serves
    it.
    """
    with _only_command(stack):
        _bring_up(stack)


def _bring_up(stack: Stack) -> None:
    started = time.monotonic()
    emulator.ensure_port_is_free(stack)
    fingerprint = deployment.build()
    was_running = not emulator.start(stack)
    deployed = deployment.is_deployed(stack, fingerprint)
    if not deployed:
        if was_running:
            # Ending all workers of the functions at once is much faster than replacing them one by one.
            emulator.stop(stack)
            emulator.start(stack)
        deployment.deploy(stack, fingerprint)
    described = bootstrap.bootstrap(stack)
    if not deployed:
        emulator.save(stack)
    print(_welcome(described, seconds=time.monotonic() - started))


def down(stack: Stack) -> None:
    """Stop the emulator and everything it started. Its data is kept."""
    bootstrap.remove_stack_file(stack)
    was_running = emulator.stop(stack)
    stopped = f"Stopped. The data is in {stack.home}."
    print(stopped if was_running else f"No stack is running on port {stack.port}.")


def run(stack: Stack) -> None:
    """Start the stack, run until Ctrl-C, and stop it. Raises StackError if it is up already."""
    for end in (
        signal.SIGINT,
        signal.SIGTERM,
    ):  # a shell without job control makes its background jobs ignore SIGINT
        signal.signal(end, _interrupt)
    with _only_command(stack):
        if emulator.is_running(stack):
            raise StackError(_already_up(stack, "`make stack-up` started it; stop it with `make stack-down`"))
        try:
            _bring_up(stack)
            print("Press Ctrl-C to stop.")
            while emulator.has_process(stack):
                time.sleep(2)
            raise StackError(f"The emulator has stopped; see {stack.log}. Start it again with `make run`.")
        except KeyboardInterrupt:
            print("\nStopping and saving the data...")
        finally:
            down(stack)


@contextmanager
def _only_command(stack: Stack) -> Iterator[None]:
    """Lock the stack against other commands. Raises StackError if one is starting or serving it."""
    private_directory(LOCAL)  # keys, customers' data, and the logs of both
    private_directory(stack.home)
    with (stack.home / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            serving = (
                "another `make run` or `make stack-up` started it; stop it with Ctrl-C or `make stack-down`"
            )
            raise StackError(_already_up(stack, serving)) from None
        yield


def _already_up(stack: Stack, reason: str) -> str:
    return (
        f"The stack on port {stack.port} is already running, starting or stopping: {reason}. "
        f"Its address is in {STACK_FILE}. To run a second stack, use another port: make run PORT={stack.port + 33}"
    )


def chosen(command: str) -> Stack:
    """Return the stack of PORT; without it, `down` selects the running one. Raises StackError for an invalid port."""
    port = os.environ.get("PORT", "")
    if not port and command == "down" and STACK_FILE.exists():
        port = json.loads(STACK_FILE.read_text())["endpoint_url"].rpartition(":")[2]
    if not port:
        return Stack(DEFAULT_PORT)
    if not port.isdecimal() or not FIRST_PORT <= int(port) <= LAST_PORT:
        raise StackError(f"PORT={port} is not a valid port. Use a number from {FIRST_PORT} to {LAST_PORT}.")
    return Stack(int(port))


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _welcome(stack: dict[str, str], *, seconds: float) -> str:
    url, key = stack["api_url"], stack["api_key"]
    return f"""
The stack is up ({seconds:.0f} s).

  Demo page   {url}/demo?write_key={stack["write_key"]}
  API page    {url}/docs
  Write key   {stack["write_key"]}
  Settings    {STACK_FILE}

Try:
  curl -H 'Authorization: Bearer {key}' '{url}/v1/profiles?limit=5'
  curl -H 'Authorization: Bearer {key}' '{url}/v1/identities/email/ada@example.com'
  curl -u '{stack["write_key"]}:' -d '{{"userId": "u-1", "event": "Signed Up"}}' '{url}/v1/track'
  curl -H 'Authorization: Bearer {key}' '{url}/v1/identities/user_id/u-1'

Console:
  {url}/console

Sign in to it with one of these API keys:
  everything                    {key}
  no keys, no erasing           {stack["marketer_key"]}
  customers of class vip only   {stack["agent_key"]}
"""


def main() -> None:
    commands = {"run": run, "up": up, "down": down}
    command = sys.argv[1]
    try:
        commands[command](chosen(command))
    except StackError as error:
        sys.exit(f"\n{error}")


if __name__ == "__main__":
    main()
