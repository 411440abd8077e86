"""Find the deployment of a command: `ENV` names an environment, and deployments.json records where each was deployed
to.

A clone without that file finds a stack by its name, `crm` or `crm-<ENV>`, in the region of the AWS configuration.
"""

import json
import os
import re
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import boto3

from infra.cloudformation import ROOT

MEMORY = ROOT / "deployments.json"
SAM_CONFIG = ROOT / "samconfig.toml"
DEFAULT = "default"
_NAME = re.compile(r"[a-z][a-z0-9-]{0,19}")


@dataclass(frozen=True, slots=True)
class Place:
    """The stack and region of a deployment."""

    stack_name: str
    region: str
    profile: str | None = None

    def session(self) -> boto3.Session:
        return boto3.Session(region_name=self.region, profile_name=self.profile)


def environment_name(variables: Mapping[str, str]) -> str:
    """Return the environment that `ENV` names. Exits if the name cannot be a part of a stack's name."""
    name = variables.get("ENV", "")
    if not name or "/" in name:  # some shells store the path of their start file in a variable of that name
        return DEFAULT
    if not _NAME.fullmatch(name):
        sys.exit(
            "ENV must be up to 20 lower-case letters, digits and hyphens, and begin with a letter: "
            "make deploy ENV=staging"
        )
    return name


def place_of(variables: Mapping[str, str]) -> Place:
    """Return where the environment in `variables` is or will be deployed. Exits if no region is known."""
    name = environment_name(variables)
    known = _recorded(name)
    profile = variables.get("PROFILE") or variables.get("AWS_PROFILE") or known.get("profile")
    region = variables.get("REGION") or known.get("region") or variables.get("AWS_REGION")
    region = region or boto3.Session(profile_name=profile).region_name
    if not region:
        sys.exit("No region is set. Set one: make deploy REGION=eu-central-1")
    stack_name = known.get("stack_name") or ("crm" if name == DEFAULT else f"crm-{name}")
    return Place(stack_name, region, profile)


def remember(name: str, place: Place) -> None:
    """Record where an environment is deployed, for later commands in this clone."""
    known = json.loads(MEMORY.read_text()) if MEMORY.exists() else {}
    known[name] = asdict(place)
    MEMORY.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n")


def deployed() -> Place:
    """Return the place of the deployment that the command is about."""
    return place_of(os.environ)


def _recorded(name: str) -> dict[str, Any]:
    known = json.loads(MEMORY.read_text()) if MEMORY.exists() else {}
    return known.get(name) or _recorded_by_sam(name)


def _recorded_by_sam(name: str) -> dict[str, Any]:
    """Read the place that earlier deployments recorded by `sam deploy --guided`."""
    sections = tomllib.loads(SAM_CONFIG.read_text()).get(name, {}) if SAM_CONFIG.exists() else {}
    found: dict[str, Any] = {}
    for command in ("global", "deploy"):
        found |= sections.get(command, {}).get("parameters", {})
    return found
