"""The target of `make deploy`: environments, regions, profiles, and the stored choice."""

from pathlib import Path

import pytest

from tests.support.deploy_calls import (
    NAMESPACE,
    REGION,
    built_as_deployed,
    deployed,
    option,
    parameters,
)
from tests.support.deploy_machine import Account, Machine, create


class TestEnvironments:
    def test_another_clone_deploys_the_same_parameters(
        self, machine: Machine, account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        machine.deploy(REGION=REGION, RUNTIME="python3.12", PARAMETERS="TimeZone=Europe/Berlin")
        first = dict(deployed(account))
        other = Machine(tmp_path / "other", account, monkeypatch)
        assert built_as_deployed(other.deploy(AWS_REGION=REGION))
        assert deployed(account) == first

    def test_environments_have_separate_stacks(self, machine: Machine, account: Account) -> None:
        machine.deploy(REGION=REGION, PARAMETERS="TimeZone=Europe/Berlin")
        calls = machine.deploy(ENV="staging", REGION=REGION, RUNTIME="python3.12")
        assert option(calls[1], "--stack-name") == "crm-staging"
        assert option(calls[1], "--config-env") == "staging"
        production, staging = deployed(account), deployed(account, "crm-staging")
        assert (production["Runtime"], staging["Runtime"]) == ("python3.13", "python3.12")
        assert (production["TimeZone"], staging["TimeZone"]) == ("Europe/Berlin", "UTC")
        assert production["IdentityNamespace"] != staging["IdentityNamespace"]
        assert built_as_deployed(machine.deploy())
        assert deployed(account) == production

    def test_the_region_of_a_deployment_is_remembered(self, machine: Machine, account: Account) -> None:
        machine.deploy(REGION=REGION)
        _, deploy = machine.deploy(AWS_REGION="us-east-1")
        assert option(deploy, "--region") == REGION
        assert not account.region("us-east-1").stacks

    def test_the_configuration_of_sam_is_read(self, machine: Machine, account: Account) -> None:
        create(account.region(REGION), "customers", {"IdentityNamespace": NAMESPACE})
        config = f'[default.deploy.parameters]\nstack_name = "customers"\nregion = "{REGION}"\n'
        (machine.home / "samconfig.toml").write_text(
            config + 'parameter_overrides = "TimeZone=\\"Asia/Tokyo\\""\n'
        )
        _, deploy = machine.deploy()
        assert option(deploy, "--stack-name") == "customers"
        assert parameters(deploy)["IdentityNamespace"] == NAMESPACE
        assert parameters(deploy)["TimeZone"] == "UTC"

    def test_the_aws_profile_is_remembered(self, machine: Machine) -> None:
        _, deploy = machine.deploy(REGION=REGION, PROFILE="shop")
        assert option(deploy, "--profile") == "shop"
        assert option(machine.deploy()[1], "--profile") == "shop"

    def test_a_path_in_env_is_ignored(self, machine: Machine) -> None:
        _, deploy = machine.deploy(REGION=REGION, ENV="/etc/kshrc")
        assert option(deploy, "--stack-name") == "crm"

    def test_an_unknown_aws_profile_is_reported(self, machine: Machine) -> None:
        with pytest.raises(SystemExit, match="profile \\(unknown\\) could not be found"):
            machine.deploy(PROFILE="unknown")

    def test_refused_credentials_are_reported(self, machine: Machine, account: Account) -> None:
        account.refuses = "ExpiredToken"
        with pytest.raises(SystemExit, match="ExpiredToken"):
            machine.deploy(REGION=REGION)
        assert not machine.calls
