"""`make deploy`, played through against stubs of SAM and of the account."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.deploy_machine import INDEXES, Account, Machine, create, table_with
from tests.support.fake_cloudformation import indexes_of

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


def event(resource: str, status: str, reason: str = "", physical: str = "") -> dict[str, str]:
    """An event of a stack."""
    stated = {"ResourceStatusReason": reason} if reason else {}
    return {"LogicalResourceId": resource, "ResourceStatus": status, "PhysicalResourceId": physical, **stated}


def agree(calls: list[dict[str, Any]]) -> bool:
    """Whether what is deployed was built for what it is deployed as."""
    build, deploy = calls
    built_for = (build["environment"]["RUNTIME"], build["environment"]["ARCHITECTURE"])
    return build["parameters"] == deploy["parameters"] and built_for == (
        parameters(deploy)["Runtime"],
        parameters(deploy)["Architecture"],
    )


class TestFirst:
    def test_a_pipeline_is_asked_nothing(self, machine: Machine, account: Account) -> None:
        build, deploy = machine.deploy(REGION=REGION, PARAMETERS="AlarmEmail=ops@example.com")
        assert (build["arguments"][0], deploy["arguments"][0]) == ("build", "deploy")
        assert agree([build, deploy])
        assert "--no-confirm-changeset" in deploy["arguments"]
        assert "--guided" not in deploy["arguments"]
        assert (option(deploy, "--stack-name"), option(deploy, "--region")) == ("crm", REGION)
        assert deployed(account)["AlarmEmail"] == "ops@example.com"
        assert len(deployed(account)["IdentityNamespace"]) == 36

    def test_a_person_is_asked_what_matters(self, machine: Machine, account: Account) -> None:
        machine.deploy("ops@example.com", "Europe/Berlin", "", "", "y", REGION=REGION)
        stack = deployed(account)
        assert (stack["AlarmEmail"], stack["TimeZone"]) == ("ops@example.com", "Europe/Berlin")
        assert (stack["PhoneRegion"], stack["AllowedOrigins"]) == ("", "*")

    def test_what_was_given_is_not_asked(self, machine: Machine, account: Account) -> None:
        given = "AlarmEmail=ops@example.com TimeZone=Europe/Berlin PhoneRegion=DE AllowedOrigins=https://a.example"
        machine.deploy("yes", REGION=REGION, PARAMETERS=given)
        assert deployed(account)["PhoneRegion"] == "DE"

    def test_a_no_deploys_nothing(self, machine: Machine, account: Account) -> None:
        with pytest.raises(SystemExit, match="Nothing was deployed"):
            machine.deploy("", "", "", "", "", REGION=REGION)
        assert not machine.calls
        assert not account.region(REGION).stacks

    def test_a_question_on_the_terminal_can_be_confirmed(self, machine: Machine, account: Account) -> None:
        machine.deploy(terminal=True, REGION=REGION, YES="1")
        assert "crm" in account.region(REGION).stacks

    def test_a_missing_region_is_reported(self, machine: Machine) -> None:
        with pytest.raises(SystemExit, match="REGION="):
            machine.deploy()

    def test_values_arrive_as_they_were_written(self, machine: Machine, account: Account) -> None:
        given = "SegmentTick='rate(5 minutes)' AllowedOrigins=https://a.example,https://b.example ConsentKeys='a:b, c'"
        machine.deploy(REGION=REGION, PARAMETERS=given)
        assert deployed(account)["SegmentTick"] == "rate(5 minutes)"
        assert deployed(account)["AllowedOrigins"] == "https://a.example,https://b.example"
        assert deployed(account)["ConsentKeys"] == "a:b, c"
        assert deployed(account)["StoreIp"] == "false"

    @pytest.mark.parametrize(
        "origins",
        ["*", "http://localhost:3000", "https://a.example,https://b.example:8443", "app://x"],
    )
    def test_origins_that_api_gateway_takes_are_taken(
        self, machine: Machine, account: Account, origins: str
    ) -> None:
        machine.deploy(REGION=REGION, PARAMETERS=f"AllowedOrigins={origins}")
        assert deployed(account)["AllowedOrigins"] == origins

    @pytest.mark.parametrize(
        ("given", "stated"),
        [
            ({"PARAMETERS": "Timezone=UTC"}, "no parameter Timezone"),
            ({"PARAMETERS": "TimeZone"}, "is not a parameter"),
            ({"PARAMETERS": "SegmentTick='rate(5 minutes)"}, "cannot be parsed"),
            ({"PARAMETERS": "SegmentTick=rate(5 minutes)"}, "is not a parameter|cannot be"),
            ({"PARAMETERS": "StoreIp=yes"}, "one of true, false"),
            ({"PARAMETERS": "PhoneRegion=Germany"}, "cannot be 'Germany'"),
            (
                {"PARAMETERS": "AllowedOrigins=https://a.example,https://*.b.example"},
                "cannot be 'https://..b.ex",
            ),
            ({"PARAMETERS": "AllowedOrigins=https://*"}, "cannot be"),
            ({"PARAMETERS": "AllowedOrigins=https://Shop.example"}, "cannot be"),
            ({"PARAMETERS": "AllowedOrigins=shop.example"}, "cannot be 'shop.example'"),
            ({"PARAMETERS": "AllowedOrigins=https://shop.example/"}, "cannot be"),
            ({"RUNTIME": "python3.10"}, "Runtime must be one of"),
            ({"ARCHITECTURE": "aarch64"}, "Architecture must be one of"),
            ({"ENV": "Staging!"}, "ENV must be"),
        ],
    )
    def test_what_cannot_be_is_refused_before_anything_is_built(
        self, machine: Machine, given: dict[str, str], stated: str
    ) -> None:
        with pytest.raises(SystemExit, match=stated):
            machine.deploy(**{"REGION": REGION, **given})  # type: ignore[arg-type]
        assert not machine.calls


class TestSecond:
    def test_it_is_built_for_what_the_first_was(self, machine: Machine, account: Account) -> None:
        machine.deploy(REGION=REGION, RUNTIME="python3.12", ARCHITECTURE="x86_64")
        first = dict(deployed(account))
        calls = machine.deploy()
        assert agree(calls)
        assert (parameters(calls[1])["Runtime"], parameters(calls[1])["Architecture"]) == (
            "python3.12",
            "x86_64",
        )
        assert deployed(account) == first

    def test_another_runtime_is_built_and_deployed(self, machine: Machine, account: Account) -> None:
        machine.deploy(REGION=REGION)
        assert agree(machine.deploy(RUNTIME="python3.14"))
        assert deployed(account)["Runtime"] == "python3.14"
        assert agree(machine.deploy())
        assert deployed(account)["Runtime"] == "python3.14"

    def test_one_parameter_changes_one_parameter(self, machine: Machine, account: Account) -> None:
        machine.deploy(REGION=REGION, PARAMETERS="RetentionDays=365 TimeZone=Europe/Berlin")
        first = dict(deployed(account))
        machine.deploy(PARAMETERS="RetentionDays=730")
        assert deployed(account) == {**first, "RetentionDays": "730"}

    def test_a_person_confirms_the_changes(self, machine: Machine) -> None:
        machine.deploy(REGION=REGION)
        _, deploy = machine.deploy(terminal=True)
        assert "--confirm-changeset" in deploy["arguments"]

    def test_the_namespace_never_changes(self, machine: Machine, account: Account) -> None:
        machine.deploy(REGION=REGION)
        first = dict(deployed(account))
        with pytest.raises(SystemExit, match="cannot be changed"):
            machine.deploy(PARAMETERS=f"IdentityNamespace={NAMESPACE}")
        assert deployed(account) == first

    def test_a_parameter_that_the_template_no_longer_has_is_dropped(
        self, machine: Machine, account: Account
    ) -> None:
        create(account.region(REGION), "crm", {"IdentityNamespace": NAMESPACE, "Gone": "1"})
        _, deploy = machine.deploy(REGION=REGION)
        assert "Gone" not in parameters(deploy)
        assert parameters(deploy)["IdentityNamespace"] == NAMESPACE

    def test_a_failing_build_deploys_nothing(self, machine: Machine) -> None:
        with pytest.raises(SystemExit) as ended:
            machine.deploy(REGION=REGION, SAM_EXIT="3")
        assert ended.value.code == 3
        assert [call["arguments"][0] for call in machine.calls] == ["build"]


class TestPlaces:
    def test_another_clone_deploys_the_same(
        self, machine: Machine, account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        machine.deploy(REGION=REGION, RUNTIME="python3.12", PARAMETERS="TimeZone=Europe/Berlin")
        first = dict(deployed(account))
        other = Machine(tmp_path / "other", account, monkeypatch)
        assert agree(other.deploy(AWS_REGION=REGION))
        assert deployed(account) == first

    def test_environments_are_side_by_side(self, machine: Machine, account: Account) -> None:
        machine.deploy(REGION=REGION, PARAMETERS="TimeZone=Europe/Berlin")
        calls = machine.deploy(ENV="staging", REGION=REGION, RUNTIME="python3.12")
        assert option(calls[1], "--stack-name") == "crm-staging"
        assert option(calls[1], "--config-env") == "staging"
        production, staging = deployed(account), deployed(account, "crm-staging")
        assert (production["Runtime"], staging["Runtime"]) == ("python3.13", "python3.12")
        assert (production["TimeZone"], staging["TimeZone"]) == ("Europe/Berlin", "UTC")
        assert production["IdentityNamespace"] != staging["IdentityNamespace"]
        assert agree(machine.deploy())
        assert deployed(account) == production

    def test_where_it_was_deployed_is_remembered(self, machine: Machine, account: Account) -> None:
        machine.deploy(REGION=REGION)
        _, deploy = machine.deploy(AWS_REGION="us-east-1")
        assert option(deploy, "--region") == REGION
        assert not account.region("us-east-1").stacks

    def test_what_sam_has_remembered_counts(self, machine: Machine, account: Account) -> None:
        create(account.region(REGION), "customers", {"IdentityNamespace": NAMESPACE})
        config = f'[default.deploy.parameters]\nstack_name = "customers"\nregion = "{REGION}"\n'
        (machine.home / "samconfig.toml").write_text(
            config + 'parameter_overrides = "TimeZone=\\"Asia/Tokyo\\""\n'
        )
        _, deploy = machine.deploy()
        assert option(deploy, "--stack-name") == "customers"
        assert parameters(deploy)["IdentityNamespace"] == NAMESPACE
        assert parameters(deploy)["TimeZone"] == "UTC"

    def test_a_profile_is_used_for_everything(self, machine: Machine) -> None:
        _, deploy = machine.deploy(REGION=REGION, PROFILE="shop")
        assert option(deploy, "--profile") == "shop"
        assert option(machine.deploy()[1], "--profile") == "shop"

    def test_the_start_file_of_a_shell_is_no_environment(self, machine: Machine) -> None:
        _, deploy = machine.deploy(REGION=REGION, ENV="/etc/kshrc")
        assert option(deploy, "--stack-name") == "crm"

    def test_an_unknown_aws_profile_is_reported(self, machine: Machine) -> None:
        with pytest.raises(SystemExit, match="profile \\(nobody\\) could not be found"):
            machine.deploy(PROFILE="nobody")

    def test_refused_credentials_are_reported(self, machine: Machine, account: Account) -> None:
        account.refuses = "ExpiredToken"
        with pytest.raises(SystemExit, match="ExpiredToken"):
            machine.deploy(REGION=REGION)
        assert not machine.calls


class TestStates:
    def test_an_aborted_creation_is_started_again_with_its_parameters(
        self, machine: Machine, account: Account, capsys: pytest.CaptureFixture[str]
    ) -> None:
        cloudformation = account.region(REGION)
        aborted = {"IdentityNamespace": NAMESPACE, "TimeZone": "Europe/Berlin", "Runtime": "python3.12"}
        events = [
            event("ImportBucket", "DELETE_SKIPPED", physical="crm-importbucket-1"),
            event("RunJobs", "CREATE_FAILED", "Resource creation cancelled"),
            event("Api", "CREATE_FAILED", "Unable to find Route by key GET /sourceConfig/"),
        ]
        cloudformation.add("crm", "ROLLBACK_COMPLETE", aborted, events=events)
        assert agree(machine.deploy(REGION=REGION))
        assert cloudformation.deleted == ["crm"]
        assert deployed(account).items() >= aborted.items()
        output = capsys.readouterr().out
        assert "Unable to find Route" in output
        assert "cancelled" not in output
        assert "crm-importbucket-1" in output

    @pytest.mark.parametrize("status", ["ROLLBACK_FAILED", "CREATE_FAILED"])
    def test_so_is_one_whose_rollback_failed(self, machine: Machine, account: Account, status: str) -> None:
        account.region(REGION).add("crm", status, {"IdentityNamespace": NAMESPACE})
        machine.deploy(REGION=REGION)
        assert deployed(account)["IdentityNamespace"] == NAMESPACE

    @pytest.mark.parametrize(
        ("status", "stated"),
        [
            ("UPDATE_IN_PROGRESS", "another deployment is in progress"),
            ("CREATE_IN_PROGRESS", "another deployment is in progress"),
            ("DELETE_IN_PROGRESS", "another deployment is in progress"),
            ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback --stack-name crm"),
            ("DELETE_FAILED", "describe-stack-events --stack-name crm"),
        ],
    )
    def test_what_cannot_be_updated_now_is_left_alone(
        self, machine: Machine, account: Account, status: str, stated: str
    ) -> None:
        account.region(REGION).add("crm", status, {"IdentityNamespace": NAMESPACE})
        with pytest.raises(SystemExit, match=stated):
            machine.deploy(REGION=REGION)
        assert not machine.calls
        assert not account.region(REGION).deleted

    def test_a_stack_that_was_never_begun_is_none(self, machine: Machine, account: Account) -> None:
        account.region(REGION).add("crm", "REVIEW_IN_PROGRESS", {})
        machine.deploy(REGION=REGION)
        assert deployed(account)["IdentityNamespace"]

    @pytest.mark.parametrize("status", ["CREATE_COMPLETE", "ROLLBACK_COMPLETE", "UPDATE_IN_PROGRESS"])
    def test_a_stack_of_another_product_is_left_alone(
        self, machine: Machine, account: Account, status: str
    ) -> None:
        account.region(REGION).add("crm", status, {"Stage": "prod"})
        with pytest.raises(SystemExit, match="belongs to another product"):
            machine.deploy(REGION=REGION)
        assert not machine.calls
        assert not account.region(REGION).deleted

    @pytest.mark.parametrize("status", ["UPDATE_ROLLBACK_COMPLETE", "CREATE_COMPLETE", "IMPORT_COMPLETE"])
    def test_what_is_complete_is_updated(self, machine: Machine, account: Account, status: str) -> None:
        create(account.region(REGION), "crm", {"IdentityNamespace": NAMESPACE}, status=status)
        assert agree(machine.deploy(REGION=REGION))
        assert not account.region(REGION).deleted

    @pytest.mark.parametrize("group", ["/aws/lambda/crm", "/aws/apigateway/crm"])
    def test_resources_of_an_earlier_stack_are_reported_first(
        self, machine: Machine, account: Account, group: str
    ) -> None:
        account.log_groups = {group}
        with pytest.raises(SystemExit, match=f"delete-log-group --log-group-name {group}"):
            machine.deploy(REGION=REGION)
        assert not machine.calls

    def test_the_log_groups_of_others_are_not_in_the_way(self, machine: Machine, account: Account) -> None:
        account.log_groups = {"/aws/lambda/crm-staging", "/aws/apigateway/crm-staging"}
        machine.deploy(REGION=REGION)
        account.log_groups |= {"/aws/lambda/crm", "/aws/apigateway/crm"}
        machine.deploy()
        assert agree(machine.calls)


class TestIndexes:
    OLD = frozenset({"profiles", "groups"})
    NESTED = "crm-Table-1ABC"

    def test_missing_ones_are_created_one_by_one_before_the_rest(
        self, machine: Machine, account: Account
    ) -> None:
        cloudformation = account.region(REGION)
        create(cloudformation, "crm", {"IdentityNamespace": NAMESPACE}, indexes=self.OLD)
        machine.deploy(REGION=REGION)
        assert [len(created) for created in cloudformation.updates] == [1] * (len(INDEXES) - 2)
        assert set.union(*cloudformation.updates) == INDEXES - self.OLD

    def test_what_failed_is_gone_on_with(self, machine: Machine, account: Account) -> None:
        cloudformation = account.region(REGION)
        create(cloudformation, "crm", {"IdentityNamespace": NAMESPACE}, indexes=self.OLD)
        cloudformation.failing = {"by_name"}
        with pytest.raises(SystemExit, match="continues from here"):
            machine.deploy(REGION=REGION)
        assert [call["arguments"][0] for call in machine.calls] == ["build"]
        there = indexes_of(cloudformation.stacks[self.NESTED]["template"])
        assert there == self.OLD | {"by_created", "by_last_transaction"}
        machine.deploy()
        assert [len(created) for created in cloudformation.updates] == [1] * (len(INDEXES - self.OLD) + 1)

    def test_one_that_is_being_made_is_waited_for(self, machine: Machine, account: Account) -> None:
        cloudformation = account.region(REGION)
        create(cloudformation, "crm", {"IdentityNamespace": NAMESPACE}, indexes=self.OLD)
        cloudformation.stacks[self.NESTED] |= {
            "status": "UPDATE_IN_PROGRESS",
            "settles_as": "UPDATE_COMPLETE",
            "wanted": table_with(INDEXES - {"by_email"}),
        }
        machine.deploy(REGION=REGION)
        assert cloudformation.updates == [{"by_email"}]

    def test_a_table_with_fewer_parameters_gets_its_indexes(self, machine: Machine, account: Account) -> None:
        cloudformation = account.region(REGION)
        create(cloudformation, "crm", {"IdentityNamespace": NAMESPACE}, indexes=INDEXES - {"by_email"})
        nested = cloudformation.stacks[self.NESTED]
        nested["parameters"] = {}
        nested["template"] = {"Resources": nested["template"]["Resources"]}
        for index in nested["template"]["Resources"]["Table"]["Properties"]["GlobalSecondaryIndexes"]:
            del index["WarmThroughput"]
        machine.deploy(REGION=REGION)
        assert cloudformation.updates == [{"by_email"}]

    def test_a_whole_table_is_not_touched(self, machine: Machine, account: Account) -> None:
        machine.deploy(REGION=REGION)
        machine.deploy()
        assert not account.region(REGION).updates


class TestQuotas:
    def test_a_concurrency_limit_of_ten_is_reported_first(
        self, machine: Machine, account: Account, capsys: pytest.CaptureFixture[str]
    ) -> None:
        account.concurrency = 10
        with pytest.raises(SystemExit, match="Nothing was deployed"):
            machine.deploy("", "", "", "", "n", REGION=REGION)
        output = capsys.readouterr().out
        assert "is 10 concurrent executions" in output
        assert "request-service-quota-increase" in output
        assert "L-B99A9384" in output

    def test_a_usual_account_gets_no_warning(
        self, machine: Machine, capsys: pytest.CaptureFixture[str]
    ) -> None:
        machine.deploy(REGION=REGION)
        assert "at a time" not in capsys.readouterr().out

    def test_more_concurrency_asks_for_more(
        self, machine: Machine, capsys: pytest.CaptureFixture[str]
    ) -> None:
        machine.deploy(REGION=REGION, PARAMETERS="JobConcurrency=1000")
        assert "is 1000 concurrent executions" in capsys.readouterr().out

    def test_an_account_that_may_not_be_asked_is_deployed_to(
        self, machine: Machine, account: Account, capsys: pytest.CaptureFixture[str]
    ) -> None:
        account.may_ask_lambda = False
        machine.deploy(REGION=REGION)
        assert "AccessDeniedException" in capsys.readouterr().out
        assert "crm" in account.region(REGION).stacks


class TestLayer:
    def test_the_python_of_the_runtime_compiles_it(
        self, machine: Machine, capsys: pytest.CaptureFixture[str]
    ) -> None:
        build, _ = machine.deploy(REGION=REGION)
        assert build["environment"]["LAYER_PYTHON"] == str(machine.home / "bin" / "python3.13")
        assert "compiled for Python 3.13" in capsys.readouterr().out

    def test_a_missing_interpreter_is_reported_first_and_last(
        self, machine: Machine, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (machine.home / "bin" / "python3.13").unlink()
        build, _ = machine.deploy(REGION=REGION)
        assert build["environment"]["LAYER_PYTHON"] == ""
        assert capsys.readouterr().out.count("The layer is NOT compiled: Python 3.13") == 2

    def test_a_name_on_the_path_that_does_not_run_is_none(self, machine: Machine) -> None:
        """As pyenv's are, where another version is chosen."""
        machine.program("python3.13", "exit 127")
        assert machine.deploy(REGION=REGION)[0]["environment"]["LAYER_PYTHON"] == ""

    def test_one_that_pyenv_has_installed_is_found(self, machine: Machine) -> None:
        installed = machine.home / "pyenv/versions/3.13.4/bin/python"
        installed.parent.mkdir(parents=True)
        (machine.home / "bin/python3.13").rename(installed)
        machine.program("python3.13", "exit 127")
        assert machine.deploy(REGION=REGION)[0]["environment"]["LAYER_PYTHON"] == str(installed)

    def test_uv_fetches_it(self, machine: Machine) -> None:
        waiting = (machine.home / "bin/python3.13").rename(machine.home / "waiting")
        fetched = machine.home / "fetched"
        machine.program(
            "uv",
            f'[ "$2" = install ] && exec /bin/mv {waiting} {fetched}; [ -x {fetched} ] && echo {fetched}',
        )
        assert machine.deploy(REGION=REGION)[0]["environment"]["LAYER_PYTHON"] == str(fetched)

    def test_a_failed_download_is_reported(
        self, machine: Machine, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (machine.home / "bin/python3.13").unlink()
        machine.program("uv", "exit 2")
        assert machine.deploy(REGION=REGION)[0]["environment"]["LAYER_PYTHON"] == ""
        assert "uv could not download it" in capsys.readouterr().out
