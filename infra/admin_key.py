"""Create an admin API key in the deployed stack and print it, once: `make admin-key`, `make admin-key ENV=staging`.

It writes the hashed key with the AWS credentials of the deployment: the template knows no secret.
"""

import os
import subprocess
import sys

from infra.cloud import deployed
from infra.cloudformation import ROOT
from infra.deployed_stack import read


def main() -> None:
    place = deployed()
    stack = read(place.session().client("cloudformation"), place.stack_name)
    if stack is None or "TableName" not in stack.outputs:
        sys.exit(f"There is no stack {place.stack_name} in {place.region}. To create it, run `make deploy`.")
    environment = {
        "PYTHONPATH": str(ROOT / "layers" / "shared"),
        "TABLE_NAME": stack.outputs["TableName"],
        "AWS_REGION": place.region,
        "IDENTITY_NAMESPACE": "00000000-0000-0000-0000-000000000000",  # required by the settings, not used by keys
    }
    if place.profile:
        environment["AWS_PROFILE"] = place.profile
    command = [sys.executable, "-m", "crm.services.access.api_keys", "admin"]
    sys.exit(subprocess.run(command, env=os.environ | environment, check=False).returncode)


if __name__ == "__main__":
    main()
