"""Gives a fresh stack what a newcomer needs: an admin API key, a source with its write key, sample traffic."""

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


class KeyRefusedError(StackError):
    """The API does not know the key."""


def bootstrap(stack: Stack) -> dict[str, str]:
    """Everything a client needs to know of the running stack; written to `.local/stack.json` as well."""
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


def forget(stack: Stack) -> None:
    """Remove `.local/stack.json` if it describes this stack."""
    if STACK_FILE.exists() and json.loads(STACK_FILE.read_text())["endpoint_url"] == stack.endpoint:
        STACK_FILE.unlink()


def _keys(stack: Stack, table: str) -> dict[str, str]:
    """The keys of the last run if they still open the API; else new ones, and the sample traffic with them."""
    file = stack.home / "keys.json"
    if file.exists():
        keys: dict[str, str] = json.loads(file.read_text())
        if _opens(stack, keys["api_key"]):
            return keys
    api_key = _create_admin_key(table, stack)
    source = _call(stack, "POST", "/v1/sources", api_key, {"name": "Sample shop", "kind": "web"})
    keys = {"write_key": source["write_key"], "api_key": api_key}
    print("Sending the sample traffic...")
    traffic.send(stack.api_url, keys["write_key"])
    write_secret(file, json.dumps(keys))
    return keys


def _create_admin_key(table: str, stack: Stack) -> str:
    """The product's own code makes the key; it runs on the layer, whose packages are the product's."""
    environment = stack.environment() | {
        "PYTHONPATH": str(LAYER),
        "AWS_REGION": REGION,
        "TABLE_NAME": table,
        "IDENTITY_NAMESPACE": str(IDENTITY_NAMESPACE),
    }
    command = [sys.executable, "-m", "crm.services.access.api_keys", "local admin"]
    made = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if made.returncode:
        raise StackError(f"The admin key could not be made:\n{made.stderr}")
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
        said = error.read().decode(errors="replace")
        raise StackError(f"{method} {path} was answered with {error.code}: {said}\nSee {stack.log}") from None
