"""Check a deployment by its calls of SAM and by the stacks of the account."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.deploy_machine import Account, Machine

REGION = "eu-central-1"
NAMESPACE = "6f1c1f0e-3a55-4c8b-9f0e-8f2c8a2f7d11"


@pytest.fixture
def account() -> Account:
    return Account()


@pytest.fixture
def machine(account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path / "clone", account, monkeypatch)


def parameters(call: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = yaml.safe_load(call["parameters"])
    return found


def option(call: dict[str, Any], name: str) -> str | None:
    return next((part.partition("=")[2] for part in call["arguments"] if part.startswith(f"{name}=")), None)


def deployed(account: Account, name: str = "crm", region: str = REGION) -> dict[str, str]:
    found: dict[str, str] = account.region(region).stacks[name]["parameters"]
    return found


def built_as_deployed(calls: list[dict[str, Any]]) -> bool:
    """Return whether the layer was built for the runtime and architecture of the deployment."""
    build, deploy = calls
    built_for = (build["environment"]["RUNTIME"], build["environment"]["ARCHITECTURE"])
    return build["parameters"] == deploy["parameters"] and built_for == (
        parameters(deploy)["Runtime"],
        parameters(deploy)["Architecture"],
    )
