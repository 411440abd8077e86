"""A machine for deployments: stubs of SAM and other programs, and an account in memory."""

import copy
import os
import re
import stat
from collections.abc import Iterator, Set
from pathlib import Path
from typing import Any

import pytest
import yaml
from botocore.exceptions import ClientError

from infra import cloud, deploy, layer_python
from infra.cloudformation import read_template
from tests.support.fake_cloudformation import FakeCloudFormation, indexes_of

TABLE = read_template("infra/table.yaml")
INDEXES = indexes_of(TABLE)
SAM = """\
for argument in "$@"; do
  echo "arguments=$argument"
  case "$argument" in *file://*) parameters="${argument#*file://}";; esac
done
echo "environment=RUNTIME=$RUNTIME"
echo "environment=ARCHITECTURE=$ARCHITECTURE"
echo "environment=LAYER_PYTHON=$LAYER_PYTHON"
while IFS= read -r line; do echo "parameters=$line"; done < "$parameters"
echo end
"""
"""A shell starts sooner than Python."""


class Account:
    """The AWS account that boto3 calls, with the stacks of each region."""

    def __init__(self) -> None:
        self.regions: dict[str, FakeCloudFormation] = {}
        self.concurrency = 1000
        self.may_ask_lambda = True
        self.refuses = ""
        self.log_groups: set[str] = set()

    def region(self, name: str) -> FakeCloudFormation:
        return self.regions.setdefault(name, FakeCloudFormation())

    def session(self, place: cloud.Place) -> "_Session":
        return _Session(self, place.region)


class _Session:
    def __init__(self, account: Account, region: str) -> None:
        self.account, self.region_name = account, region

    def client(self, service: str) -> Any:
        return self.account.region(self.region_name) if service == "cloudformation" else self

    def get_caller_identity(self) -> dict[str, str]:
        if self.account.refuses:
            raise ClientError({"Error": {"Code": self.account.refuses}}, "GetCallerIdentity")
        return {"Account": "123456789012"}

    def describe_log_groups(self, logGroupNamePrefix: str) -> dict[str, Any]:  # noqa: N803 - boto3's name
        found = sorted(name for name in self.account.log_groups if name.startswith(logGroupNamePrefix))
        return {"logGroups": [{"logGroupName": name} for name in found]}

    def get_account_settings(self) -> dict[str, Any]:
        if not self.account.may_ask_lambda:
            raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetAccountSettings")
        return {"AccountLimit": {"UnreservedConcurrentExecutions": self.account.concurrency}}


class Machine:
    """A clone of the repository, with the programs on its path."""

    def __init__(self, home: Path, account: Account, patch: pytest.MonkeyPatch) -> None:
        self.home, self.account, self.patch = home, account, patch
        self.calls: list[dict[str, Any]] = []
        self.program("sam", f"{{\n{SAM}}} >> {home}/sam.log\nexit ${{SAM_EXIT:-0}}")
        self.python("3.13")

        def session(place: cloud.Place) -> _Session:
            return account.session(place)

        patch.setenv("PATH", str(home / "bin"))
        patch.setenv("PYENV_ROOT", str(home / "pyenv"))
        for module, name, value in (
            (cloud, "MEMORY", home / "deployments.json"),
            (cloud, "SAM_CONFIG", home / "samconfig.toml"),
            (deploy, "ROOT", home),
            (layer_python, "ROOT", home),
            (layer_python, "HERE", "3.11"),
            (cloud.Place, "session", session),
        ):
            patch.setattr(module, name, value)
        for variable in (
            "ENV",
            "REGION",
            "PROFILE",
            "PARAMETERS",
            "RUNTIME",
            "ARCHITECTURE",
            "YES",
            "SAM_EXIT",
        ):
            patch.delenv(variable, raising=False)
        for variable in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
            patch.delenv(variable, raising=False)

    def program(self, name: str, script: str) -> Path:
        """Add a program to the path, as a shell script."""
        file = self.home / "bin" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(file.stat().st_mode | stat.S_IXUSR)
        return file

    def python(self, version: str) -> None:
        self.program(f"python{version}", f"echo {version}")

    def deploy(self, *answers: str, terminal: bool = False, **variables: str) -> list[dict[str, Any]]:
        """Run `make deploy` with these variables, in a terminal if there are answers, and return the calls of SAM."""
        given = iter(answers)
        with self.patch.context() as patch:
            for name, value in variables.items():
                patch.setenv(name, value)
            patch.setattr("sys.stdin.isatty", lambda: terminal or bool(answers), raising=False)
            patch.setattr("builtins.input", lambda _question="": next(given))
            (self.home / "sam.log").write_text("")
            try:
                deploy.main()
            finally:
                self.calls = list(_read((self.home / "sam.log").read_text()))
                self._apply_deployment(failed="SAM_EXIT" in os.environ)
        assert next(given, None) is None, "not every answer was asked for"
        return self.calls

    def _apply_deployment(self, *, failed: bool) -> None:
        """Do in the account what a call of SAM would do."""
        for call in self.calls:
            if call["arguments"][0] == "deploy" and not failed:
                options = dict(part.split("=", 1) for part in call["arguments"] if "=" in part)
                region, name = options["--region"], options["--stack-name"]
                create(self.account.region(region), name, yaml.safe_load(call["parameters"]))


def _read(log: str) -> Iterator[dict[str, Any]]:
    """Return the calls that the stub recorded."""
    for call in re.split(r"^end$", log, flags=re.MULTILINE)[:-1]:
        given: dict[str, list[str]] = {"arguments": [], "environment": [], "parameters": []}
        for line in call.strip().splitlines():
            kind, _, value = line.partition("=")
            given[kind].append(value)
        environment = dict(variable.split("=", 1) for variable in given["environment"])
        parameters = "\n".join(given["parameters"])
        yield {"arguments": given["arguments"], "environment": environment, "parameters": parameters}


def create(
    cloudformation: FakeCloudFormation,
    name: str,
    parameters: dict[str, str],
    *,
    status: str = "UPDATE_COMPLETE",
    indexes: Set[str] | None = None,
) -> None:
    """Create a deployed stack, with its nested stack and the table in it."""
    nested, table = f"{name}-Table-1ABC", f"{name}-Table-1ABC-Table-2DEF"
    made = {
        "Table": ("AWS::CloudFormation::Stack", nested),
        "ImportBucket": ("AWS::S3::Bucket", f"{name}-bucket"),
    }
    cloudformation.add(name, status, parameters, resources=made, outputs={"TableName": table})
    cloudformation.add(
        nested,
        "CREATE_COMPLETE",
        {"WarmReads": "0", "WarmWrites": "0"},
        resources={"Table": ("AWS::DynamoDB::Table", table)},
        template=table_with(INDEXES if indexes is None else indexes),
    )


def table_with(indexes: Set[str]) -> dict[str, Any]:
    """Return the template of a table of a previous version: with these indexes, and without deletion protection."""
    template = copy.deepcopy(TABLE)
    table = template["Resources"]["Table"]["Properties"]
    del table["DeletionProtectionEnabled"]
    table["GlobalSecondaryIndexes"] = [
        i for i in table["GlobalSecondaryIndexes"] if i["IndexName"] in indexes
    ]
    schemas = [table["KeySchema"], *(index["KeySchema"] for index in table["GlobalSecondaryIndexes"])]
    used = {key["AttributeName"] for schema in schemas for key in schema}
    table["AttributeDefinitions"] = [a for a in table["AttributeDefinitions"] if a["AttributeName"] in used]
    return template
