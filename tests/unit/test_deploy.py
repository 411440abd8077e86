"""`make deploy` against stubs of SAM and of the account: parameters, updates, quotas, the interpreter of the layer."""

import pytest

from tests.support.deploy_calls import NAMESPACE, REGION, built_as_deployed, deployed, option, parameters
from tests.support.deploy_machine import Account, Machine, create


class TestFirstDeployment:
    def test_without_a_terminal_no_questions_are_asked(self, machine: Machine, account: Account) -> None:
        build, deploy = machine.deploy(REGION=REGION, PARAMETERS="AlarmEmail=ops@example.com")
        assert (build["arguments"][0], deploy["arguments"][0]) == ("build", "deploy")
        assert built_as_deployed([build, deploy])
        assert "--no-confirm-changeset" in deploy["arguments"]
        assert "--guided" not in deploy["arguments"]
        assert (option(deploy, "--stack-name"), option(deploy, "--region")) == ("crm", REGION)
        assert deployed(account)["AlarmEmail"] == "ops@example.com"
        assert len(deployed(account)["IdentityNamespace"]) == 36

    def test_a_person_is_asked_for_the_main_parameters(self, machine: Machine, account: Account) -> None:
        machine.deploy("ops@example.com", "Europe/Berlin", "", "", "y", REGION=REGION)
        stack = deployed(account)
        assert (stack["AlarmEmail"], stack["TimeZone"]) == ("ops@example.com", "Europe/Berlin")
        assert (stack["PhoneRegion"], stack["AllowedOrigins"]) == ("", "*")

    def test_given_parameters_are_not_asked_for(self, machine: Machine, account: Account) -> None:
        given = "AlarmEmail=ops@example.com TimeZone=Europe/Berlin PhoneRegion=DE AllowedOrigins=https://a.example"
        machine.deploy("yes", REGION=REGION, PARAMETERS=given)
        assert deployed(account)["PhoneRegion"] == "DE"

    def test_a_negative_answer_deploys_nothing(self, machine: Machine, account: Account) -> None:
        with pytest.raises(SystemExit, match="Nothing was deployed"):
            machine.deploy("", "", "", "", "", REGION=REGION)
        assert not machine.calls
        assert not account.region(REGION).stacks

    def test_yes_confirms_the_questions_of_a_terminal(self, machine: Machine, account: Account) -> None:
        machine.deploy(terminal=True, REGION=REGION, YES="1")
        assert "crm" in account.region(REGION).stacks

    def test_a_missing_region_is_reported(self, machine: Machine) -> None:
        with pytest.raises(SystemExit, match="REGION="):
            machine.deploy()

    def test_parameter_values_are_passed_unchanged(self, machine: Machine, account: Account) -> None:
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
    def test_origins_accepted_by_api_gateway_are_accepted(
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
    def test_invalid_parameters_are_refused_before_the_build(
        self, machine: Machine, given: dict[str, str], stated: str
    ) -> None:
        with pytest.raises(SystemExit, match=stated):
            machine.deploy(**{"REGION": REGION, **given})  # type: ignore[arg-type]
        assert not machine.calls


class TestUpdate:
    def test_an_update_keeps_runtime_and_architecture(self, machine: Machine, account: Account) -> None:
        machine.deploy(REGION=REGION, RUNTIME="python3.12", ARCHITECTURE="x86_64")
        first = dict(deployed(account))
        calls = machine.deploy()
        assert built_as_deployed(calls)
        assert (parameters(calls[1])["Runtime"], parameters(calls[1])["Architecture"]) == (
            "python3.12",
            "x86_64",
        )
        assert deployed(account) == first

    def test_an_update_can_change_the_runtime(self, machine: Machine, account: Account) -> None:
        machine.deploy(REGION=REGION)
        assert built_as_deployed(machine.deploy(RUNTIME="python3.14"))
        assert deployed(account)["Runtime"] == "python3.14"
        assert built_as_deployed(machine.deploy())
        assert deployed(account)["Runtime"] == "python3.14"

    def test_an_update_of_one_parameter_keeps_the_others(self, machine: Machine, account: Account) -> None:
        machine.deploy(REGION=REGION, PARAMETERS="RetentionDays=365 TimeZone=Europe/Berlin")
        first = dict(deployed(account))
        machine.deploy(PARAMETERS="RetentionDays=730")
        assert deployed(account) == {**first, "RetentionDays": "730"}

    def test_a_person_confirms_the_change_set(self, machine: Machine) -> None:
        machine.deploy(REGION=REGION)
        _, deploy = machine.deploy(terminal=True)
        assert "--confirm-changeset" in deploy["arguments"]

    def test_the_identity_namespace_cannot_be_changed(self, machine: Machine, account: Account) -> None:
        machine.deploy(REGION=REGION)
        first = dict(deployed(account))
        with pytest.raises(SystemExit, match="cannot be changed"):
            machine.deploy(PARAMETERS=f"IdentityNamespace={NAMESPACE}")
        assert deployed(account) == first

    def test_a_parameter_removed_from_the_template_is_dropped(
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


class TestQuotas:
    def test_a_concurrency_limit_of_ten_is_reported(
        self, machine: Machine, account: Account, capsys: pytest.CaptureFixture[str]
    ) -> None:
        account.concurrency = 10
        with pytest.raises(SystemExit, match="Nothing was deployed"):
            machine.deploy("", "", "", "", "n", REGION=REGION)
        output = capsys.readouterr().out
        assert "is 10 concurrent executions" in output
        assert "request-service-quota-increase" in output
        assert "L-B99A9384" in output

    def test_an_account_with_the_usual_limit_gets_no_warning(
        self, machine: Machine, capsys: pytest.CaptureFixture[str]
    ) -> None:
        machine.deploy(REGION=REGION)
        assert "at a time" not in capsys.readouterr().out

    def test_the_warning_states_the_required_concurrency(
        self, machine: Machine, capsys: pytest.CaptureFixture[str]
    ) -> None:
        machine.deploy(REGION=REGION, PARAMETERS="JobConcurrency=1000")
        assert "is 1000 concurrent executions" in capsys.readouterr().out

    def test_a_denied_read_of_the_limit_does_not_stop_the_deployment(
        self, machine: Machine, account: Account, capsys: pytest.CaptureFixture[str]
    ) -> None:
        account.may_ask_lambda = False
        machine.deploy(REGION=REGION)
        assert "AccessDeniedException" in capsys.readouterr().out
        assert "crm" in account.region(REGION).stacks


class TestLayer:
    def test_the_layer_is_compiled_by_the_python_of_the_runtime(
        self, machine: Machine, capsys: pytest.CaptureFixture[str]
    ) -> None:
        build, _ = machine.deploy(REGION=REGION)
        assert build["environment"]["LAYER_PYTHON"] == str(machine.home / "bin" / "python3.13")
        assert "compiled for Python 3.13" in capsys.readouterr().out

    def test_a_missing_interpreter_is_reported_before_and_after(
        self, machine: Machine, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (machine.home / "bin" / "python3.13").unlink()
        build, _ = machine.deploy(REGION=REGION)
        assert build["environment"]["LAYER_PYTHON"] == ""
        assert capsys.readouterr().out.count("The layer is NOT compiled: Python 3.13") == 2

    def test_an_interpreter_that_does_not_run_is_ignored(self, machine: Machine) -> None:
        """As pyenv's are, where another version is chosen."""
        machine.program("python3.13", "exit 127")
        assert machine.deploy(REGION=REGION)[0]["environment"]["LAYER_PYTHON"] == ""

    def test_an_interpreter_of_pyenv_is_found(self, machine: Machine) -> None:
        installed = machine.home / "pyenv/versions/3.13.4/bin/python"
        installed.parent.mkdir(parents=True)
        (machine.home / "bin/python3.13").rename(installed)
        machine.program("python3.13", "exit 127")
        assert machine.deploy(REGION=REGION)[0]["environment"]["LAYER_PYTHON"] == str(installed)

    def test_uv_downloads_a_missing_interpreter(self, machine: Machine) -> None:
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
