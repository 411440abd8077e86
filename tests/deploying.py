"""A machine from which is deployed: SAM and other programs as stubs that are called, and an account in memory."""

import copy
import json
import os
import stat
import sys
from collections.abc import Set
from pathlib import Path
from typing import Any

import pytest
import yaml
from botocore.exceptions import ClientError

from infra import cloud, deploy, layer_python
from infra.cloudformation import read_template
from tests.fake_cloudformation import FakeCloudFormation, indexes_of

TABLE = read_template("infra/table.yaml")
INDEXES = indexes_of(TABLE)
SAM = """\
import json, os, sys
files = [part.partition("file://")[2] for part in sys.argv if "file://" in part]
kept = {name: os.environ.get(name) for name in ("RUNTIME", "ARCHITECTURE", "LAYER_PYTHON")}
call = {"arguments": sys.argv[1:], "environment": kept, "parameters": open(files[0]).read()}
open(os.environ["SAM_LOG"], "a").write(json.dumps(call) + "\\n")
sys.exit(int(os.environ.get("SAM_EXIT", 0)))
"""


class Account:
    """What boto3 would ask, region by region."""

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
        home.mkdir()
        (home / "sam.py").write_text(SAM)
        self.program("sam", f'exec {sys.executable} -I -S {home}/sam.py "$@"')
        self.python("3.13")

        def session(place: cloud.Place) -> _Session:
            return account.session(place)

        patch.setenv("PATH", str(home / "bin"))
        patch.setenv("PYENV_ROOT", str(home / "pyenv"))
        patch.setenv("SAM_LOG", str(home / "sam.log"))
        for module, name, value in (
            (cloud, "MEMORY", home / "deployments.json"),
            (cloud, "SAM_CONFIG", home / "samconfig.toml"),
            (deploy, "ROOT", home),
            (layer_python, "ROOT", home),
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
        """A program on the path, as a script for the shell."""
        file = self.home / "bin" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(file.stat().st_mode | stat.S_IXUSR)
        return file

    def python(self, version: str) -> None:
        self.program(f"python{version}", f"echo {version}")

    def deploy(self, *answers: str, terminal: bool = False, **variables: str) -> list[dict[str, Any]]:
        """`make deploy` with these variables, by a terminal also where there are answers; the calls of SAM."""
        said = iter(answers)
        with self.patch.context() as patch:
            for name, value in variables.items():
                patch.setenv(name, value)
            patch.setattr("sys.stdin.isatty", lambda: terminal or bool(answers), raising=False)
            patch.setattr("builtins.input", lambda _question="": next(said))
            (self.home / "sam.log").write_text("")
            try:
                deploy.main()
            finally:
                lines = (self.home / "sam.log").read_text().splitlines()
                self.calls = [json.loads(line) for line in lines]
                self._happen(failed="SAM_EXIT" in os.environ)
        assert next(said, None) is None, "not every answer was asked for"
        return self.calls

    def _happen(self, *, failed: bool) -> None:
        """What SAM would have done in the account."""
        for call in self.calls:
            if call["arguments"][0] == "deploy" and not failed:
                options = dict(part.split("=", 1) for part in call["arguments"] if "=" in part)
                region, name = options["--region"], options["--stack-name"]
                create(self.account.region(region), name, yaml.safe_load(call["parameters"]))


def create(
    cloudformation: FakeCloudFormation,
    name: str,
    parameters: dict[str, str],
    *,
    status: str = "UPDATE_COMPLETE",
    indexes: Set[str] | None = None,
) -> None:
    """A deployed stack, with its nested stack and the table in that."""
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
    """The template of a table as a version before had it: with these indexes, and open to deletion."""
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
