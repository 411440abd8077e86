"""Builds for Lambda and deploys to AWS: `make deploy`. The first time SAM asks and remembers, later it only deploys."""

import os
import subprocess
import sys
import uuid
from pathlib import Path

import boto3

from infra.cloud import ROOT, remembered
from infra.table_indexes import create_missing

SAM = str(Path(sys.executable).with_name("sam"))


def main() -> None:
    runtime = os.environ.get("RUNTIME", "python3.13")
    architecture = os.environ.get("ARCHITECTURE", "arm64")
    parameters = [f"Runtime={runtime}", f"Architecture={architecture}"]
    _sam(
        "build", "--cached", "--parameter-overrides", *parameters, RUNTIME=runtime, ARCHITECTURE=architecture
    )
    if found := remembered():
        session = boto3.Session(profile_name=found.get("profile"), region_name=found.get("region"))
        create_missing(found["stack_name"], session)
        _sam("deploy", "--no-fail-on-empty-changeset")
    else:
        parameters.append(f"IdentityNamespace={uuid.uuid4()}")
        asked = ["--guided", "--stack-name=crm", "--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
        _sam("deploy", *asked, "--parameter-overrides", *parameters)
    print("\nThe first admin API key: make admin-key")


def _sam(command: str, *options: str, **environment: str) -> None:
    layer = {"PYTHON": sys.executable, "LAYER_CACHE": str(ROOT / ".local" / "layer-dependencies-lambda")}
    run = [SAM, command, *options]
    result = subprocess.run(run, cwd=ROOT, env=os.environ | layer | environment, check=False)
    if result.returncode:
        sys.exit(result.returncode)


if __name__ == "__main__":
    main()
