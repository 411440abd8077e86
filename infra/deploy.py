"""Build for Lambda and deploy to AWS: `make deploy`, `make deploy ENV=staging`. See docs/deploy.md.

Existing parameters are read from the stack, so that every clone and every pipeline deploys the same.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from botocore.exceptions import BotoCoreError, ClientError

from infra import deployed_stack, layer_python, quotas, stack_parameters, table_indexes
from infra.cloud import Place, environment_name, place_of, remember
from infra.cloudformation import ROOT, read_template
from infra.deployed_stack import Stack

PROMPTED = ("AlarmEmail", "TimeZone", "PhoneRegion", "AllowedOrigins")
"""Parameters that differ from company to company. The first deployment from a terminal prompts for them."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployment: the stack and its parameters; `stack` is None for a new stack."""

    environment: str
    place: Place
    session: Any
    stack: Stack | None
    declared: dict[str, Any]
    parameters: dict[str, str]

    @property
    def changes(self) -> dict[str, str]:
        before = self.stack.parameters if self.stack else None
        return stack_parameters.changes(self.declared, before, self.parameters)


def main() -> None:
    try:
        deployment = _prepare(os.environ)
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"The request to AWS failed: {error}")
    asks = sys.stdin.isatty() and not os.environ.get("YES")
    if asks and deployment.stack is None:
        deployment = _with_prompted_parameters(deployment)
    version = deployment.parameters["Runtime"].removeprefix("python")
    python = layer_python.find(version)
    _print_plan(deployment, layer_python.describe_version(version, python))
    if asks and deployment.stack is None and input("Deploy? [y/N] ").strip().lower() not in {"y", "yes"}:
        sys.exit("Nothing was deployed.")
    remember(deployment.environment, deployment.place)
    _build(deployment, python)
    if deployment.stack:
        table_indexes.create_missing(deployment.place.stack_name, deployment.session)
    _deploy(deployment, confirm=asks and deployment.stack is not None)
    _print_outcome(deployment, layer_python.describe_version(version, python))


def _prepare(variables: Mapping[str, str]) -> Deployment:
    place = place_of(variables)
    session = place.session()
    declared = read_template("template.yaml")["Parameters"]
    given = stack_parameters.read_given(variables, declared)
    account = session.client("sts").get_caller_identity()["Account"]
    cloudformation = session.client("cloudformation")
    stack = deployed_stack.read(cloudformation, place.stack_name)
    print(f"Account {account}, region {place.region}, stack {place.stack_name}")
    if stack:
        deployed_stack.ensure_ours(stack)
        deployed_stack.ensure_ready(stack)
    parameters = stack_parameters.decide(declared, stack.parameters if stack else None, given)
    if stack and stack.status in deployed_stack.ABORTED:
        deployed_stack.clear_aborted(cloudformation, stack)
        stack = None
    if stack is None:
        deployed_stack.ensure_nothing_left(session.client("logs"), place.stack_name)
    return Deployment(environment_name(variables), place, session, stack, declared, parameters)


def _with_prompted_parameters(deployment: Deployment) -> Deployment:
    """Prompt for parameters that were not given, and return the deployment with them."""
    print(
        "New deployment. Press Enter to accept a default in brackets; docs/deploy.md lists all "
        "other parameters."
    )
    answers: dict[str, str] = {}
    for name in PROMPTED:
        if name not in deployment.changes:
            answer = input(
                f"{deployment.declared[name]['Description']}\n  {name} [{deployment.parameters[name]}]: "
            )
            if answer.strip():
                stack_parameters.ensure_allowed(name, answer.strip(), deployment.declared)
                answers[name] = answer.strip()
    return Deployment(
        deployment.environment,
        deployment.place,
        deployment.session,
        deployment.stack,
        deployment.declared,
        deployment.parameters | answers,
    )


def _print_plan(deployment: Deployment, layer: str) -> None:
    for name, value in sorted(deployment.changes.items()):
        print(f"  {name} = {value}")
    for warning in quotas.warnings(deployment.session, deployment.parameters):
        print(f"\n{warning}\n")
    if not deployment.parameters["AlarmEmail"]:
        print(
            'Alarms are sent to no address. To set one: make deploy PARAMETERS="AlarmEmail=you@example.com"'
        )
    print(layer, flush=True)


def _build(deployment: Deployment, python: str | None) -> None:
    runtime, architecture = (deployment.parameters[name] for name in stack_parameters.BUILT_FOR)
    layer = {
        "RUNTIME": runtime,
        "ARCHITECTURE": architecture,
        "PYTHON": sys.executable,
        "LAYER_PYTHON": python or "",
        "LAYER_CACHE": str(ROOT / ".local" / "layer-dependencies-lambda"),
    }
    # Not --cached: SAM would keep a layer that was built with the Python that this machine had then.
    sam("build", f"--parameter-overrides=file://{_write_parameters(deployment)}", **layer)


def _deploy(deployment: Deployment, *, confirm: bool) -> None:
    place = deployment.place
    sam(
        "deploy",
        f"--stack-name={place.stack_name}",
        f"--region={place.region}",
        *([f"--profile={place.profile}"] if place.profile else []),
        f"--config-env={deployment.environment}",
        f"--parameter-overrides=file://{_write_parameters(deployment)}",
        "--resolve-s3",
        f"--s3-prefix={place.stack_name}",
        *("--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"),
        "--no-fail-on-empty-changeset",
        "--confirm-changeset" if confirm else "--no-confirm-changeset",
    )


def _write_parameters(deployment: Deployment) -> Path:
    """Write all parameters to a file, because SAM parses spaces and commas on its command line differently."""
    file = ROOT / ".local" / f"parameters-{deployment.environment}.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(yaml.safe_dump(deployment.parameters))
    return file


def _print_outcome(deployment: Deployment, layer: str) -> None:
    cloudformation = deployment.session.client("cloudformation")
    stack = deployed_stack.read(cloudformation, deployment.place.stack_name)
    for name, value in sorted(stack.outputs.items() if stack else ()):
        print(f"  {name:<14} {value}")
    if "NOT" in layer:
        print(layer)
    environment = "" if deployment.environment == "default" else f" ENV={deployment.environment}"
    print(f"\nTo create the first admin API key: make admin-key{environment}")


def sam(command: str, *options: str, **variables: str) -> None:
    """Run the SAM CLI, and exit with its status if it fails."""
    neighbour = Path(sys.executable).with_name("sam")
    program = str(neighbour) if neighbour.exists() else shutil.which("sam")
    if program is None:
        sys.exit("The SAM CLI is not installed. Run `make deploy`, which installs it.")
    result = subprocess.run([program, command, *options], cwd=ROOT, env=os.environ | variables, check=False)
    if result.returncode:
        sys.exit(result.returncode)


if __name__ == "__main__":
    main()
