"""Delete a deployed stack: `make undeploy`, `make undeploy ENV=staging`. The table and the bucket stay."""

import os
import sys

from infra import deployed_stack
from infra.cloud import place_of
from infra.stack_parameters import NAMESPACE


def main() -> None:
    place = place_of(os.environ)
    cloudformation = place.session().client("cloudformation")
    stack = deployed_stack.read(cloudformation, place.stack_name)
    if stack is None:
        sys.exit(f"There is no stack {place.stack_name} in {place.region}.")
    deployed_stack.ensure_ours(stack)
    print(
        f"The stack {stack.name} in {place.region} will be deleted. These resources with data will be kept:"
    )
    for line in deployed_stack.kept(cloudformation, stack.name):
        print(f"  {line}")
    print(f"  its {NAMESPACE}: {stack.parameters[NAMESPACE]}")
    if os.environ.get("CONFIRM") != stack.name:
        if not sys.stdin.isatty():
            sys.exit(f"To confirm, run: make undeploy CONFIRM={stack.name}")
        if input("Type the stack's name to delete it: ").strip() != stack.name:
            sys.exit("Nothing was deleted.")
    deployed_stack.delete(cloudformation, stack.name)
    print("The stack was deleted. To delete the data as well, see docs/deploy.md.")


if __name__ == "__main__":
    main()
