"""Prepare a new stack for its first use: an admin API key, a source with its write key, sample traffic."""

import json
import subprocess
import sys
import urllib.error
import urllib.request
from typing import Any

from infra.local import traffic
from infra.local.deployment import IDENTITY_NAMESPACE, outputs
from infra.local.layout import LAYER, REGION, ROOT, STACK_FILE, Stack, StackError, write_secret

UNAUTHORIZED = 401
MARKETER = (
    "profiles:read profiles:write profiles:export profiles:import definitions:read definitions:write jobs:read "
    "jobs:write health:read rejected:read sources:read webhooks:read segments:read segments:write"
)
AGENT = "profiles:read profiles:write definitions:read segments:read"
FURTHER_KEYS: dict[str, dict[str, Any]] = {
    "marketer_key": {"name": "Marketer", "scopes": MARKETER.split()},
    "agent_key": {"name": "Agent for vip", "scopes": AGENT.split(), "classes": ["vip"]},
}
"""Further keys, by their names in `.local/stack.json`: the console shows what each may do and see."""

SAMPLE_CUSTOMER = {
    "identities": {"email": "katherine@example.com"},
    "attributes": {"first_name": "Katherine", "last_name": "Johnson", "city": "Hampton"},
    "classes": ["vip"],
}
"""The only customer that the agent's key can see: its class is `vip`."""


class KeyRefusedError(StackError):
    """The API does not know the key."""


def bootstrap(stack: Stack) -> dict[str, str]:
    """Return everything that a client needs to know of the running stack, and write it to `.local/stack.json`."""
    deployed = outputs(stack)
    keys = _keys(stack, deployed["TableName"])
    described = {
        "endpoint_url": stack.endpoint,
        "region": REGION,
        "api_url": stack.api_url,
        **keys,
        "import_bucket": deployed["ImportBucket"],
        "table": deployed["TableName"],
    }
    write_secret(STACK_FILE, json.dumps(described, indent=2) + "\n")
    return described


def remove_stack_file(stack: Stack) -> None:
    """Remove `.local/stack.json` if it describes this stack."""
    if STACK_FILE.exists() and json.loads(STACK_FILE.read_text())["endpoint_url"] == stack.endpoint:
        STACK_FILE.unlink()


def _keys(stack: Stack, table: str) -> dict[str, str]:
    """Return the keys of the last run if the API still accepts them; else create new ones, and send the sample
    traffic.
    """
    file = stack.home / "keys.json"
    kept: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    if not kept or not _opens(stack, kept["api_key"]):
        kept = _first_keys(stack, table)
    keys = _with_further_keys(stack, kept)
    if keys != kept or not file.exists():
        write_secret(file, json.dumps(keys))
    return keys


def _first_keys(stack: Stack, table: str) -> dict[str, str]:
    api_key = _create_admin_key(table, stack)
    source = _call(stack, "POST", "/v1/sources", api_key, {"name": "Sample shop", "kind": "web"})
    print("Sending the sample traffic...")
    traffic.send(stack.api_url, source["write_key"])
    _call(stack, "POST", "/v1/profiles", api_key, SAMPLE_CUSTOMER)
    return {"write_key": source["write_key"], "api_key": api_key}


def _with_further_keys(stack: Stack, keys: dict[str, str]) -> dict[str, str]:
    """Return the keys with those of FURTHER_KEYS, created where an older run has not made them."""
    missing = {name: body for name, body in FURTHER_KEYS.items() if name not in keys}
    return keys | {
        name: _call(stack, "POST", "/v1/api-keys", keys["api_key"], body)["key"]
        for name, body in missing.items()
    }


def _create_admin_key(table: str, stack: Stack) -> str:
    """Create a key by the product's own code, which runs on the layer with the product's packages."""
    environment = stack.environment() | {
        "PYTHONPATH": str(LAYER),
        "AWS_REGION": REGION,
        "TABLE_NAME": table,
        "IDENTITY_NAMESPACE": str(IDENTITY_NAMESPACE),
    }
    command = [sys.executable, "-m", "crm.services.access.api_keys", "local admin"]
    made = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if made.returncode:
        raise StackError(f"The admin key could not be created:\n{made.stderr}")
    return made.stdout.strip()


def _opens(stack: Stack, api_key: str) -> bool:
    try:
        _call(stack, "GET", "/v1/sources", api_key)
    except KeyRefusedError:
        return False
    return True


def _call(stack: Stack, method: str, path: str, api_key: str, body: dict[str, Any] | None = None) -> Any:
    headers = {"authorization": f"Bearer {api_key}", "content-type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(stack.api_url + path, data, headers, method=method)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return json.load(answer)
    except urllib.error.HTTPError as error:
        if error.code == UNAUTHORIZED:
            raise KeyRefusedError from None
        response = error.read().decode(errors="replace")
        raise StackError(f"{method} {path} returned {error.code}: {response}\nSee {stack.log}") from None
