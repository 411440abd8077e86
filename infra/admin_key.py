"""Makes an admin API key in the deployed stack and prints it, once: `make admin-key`.

It writes the hashed key with the credentials of whoever deploys: the template knows no secret.
"""

import os
import subprocess
import sys

import boto3

from infra.cloud import ROOT, deployed


def main() -> None:
    found = deployed()
    session = boto3.Session(region_name=found.get("region"), profile_name=found.get("profile"))
    outputs = session.client("cloudformation").describe_stacks(StackName=found["stack_name"])["Stacks"][0][
        "Outputs"
    ]
    table = next(output["OutputValue"] for output in outputs if output["OutputKey"] == "TableName")
    environment = {
        "PYTHONPATH": str(ROOT / "layers" / "shared"),
        "TABLE_NAME": table,
        "AWS_REGION": session.region_name,
        "IDENTITY_NAMESPACE": "00000000-0000-0000-0000-000000000000",  # read by the settings, used by no key
    }
    if profile := found.get("profile"):
        environment["AWS_PROFILE"] = str(profile)
    command = [sys.executable, "-m", "crm.services.access.api_keys", "admin"]
    sys.exit(subprocess.run(command, env=os.environ | environment, check=False).returncode)


if __name__ == "__main__":
    main()
