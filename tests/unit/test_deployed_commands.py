"""Commands for a deployed stack: a first key, a redrive, a deletion. Requests are checked by the services' models."""

import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from infra import admin_key, redrive, undeploy
from infra.cloudformation import read_template
from tests.support.deploy_machine import Account, Machine, create

REGION = "eu-central-1"
NAMESPACE = "6f1c1f0e-3a55-4c8b-9f0e-8f2c8a2f7d11"
URL = "https://sqs.eu-central-1.amazonaws.com/123456789012/crm-FailureDeadLetters"
ARN = "arn:aws:sqs:eu-central-1:123456789012:crm-FailureDeadLetters"


@pytest.fixture
def machine(account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine(tmp_path / "clone", account, monkeypatch)
    monkeypatch.setenv("REGION", REGION)
    create(account.region(REGION), "crm", {"IdentityNamespace": NAMESPACE})
    return machine


class TestAdminKey:
    def test_the_key_is_stored_in_the_table_of_the_stack(self, machine: Machine) -> None:
        made: list[dict[str, str]] = []

        def run(_command: list[str], *, env: dict[str, str], check: bool) -> Any:
            made.append(env)
            return SimpleNamespace(returncode=0)

        machine.patch.setattr(subprocess, "run", run)
        with pytest.raises(SystemExit) as ended:
            admin_key.main()
        assert ended.value.code == 0
        assert (made[0]["TABLE_NAME"], made[0]["AWS_REGION"]) == ("crm-Table-1ABC-Table-2DEF", REGION)

    def test_an_environment_that_is_not_deployed_is_reported(self, machine: Machine) -> None:
        machine.patch.setenv("ENV", "staging")
        with pytest.raises(SystemExit, match="no stack crm-staging in eu-central-1"):
            admin_key.main()


class TestRedrive:
    @pytest.fixture
    def sqs(self, machine: Machine, account: Account) -> Stubber:
        client = boto3.client("sqs", region_name=REGION, aws_access_key_id="a", aws_secret_access_key="b")
        resources = account.region(REGION).stacks["crm"]["resources"]
        resources["FailureDeadLetters"] = ("AWS::SQS::Queue", URL)
        clients = {"cloudformation": account.region(REGION), "sqs": client}
        machine.patch.setattr(
            "infra.cloud.Place.session", lambda _place: SimpleNamespace(client=lambda name: clients[name])
        )
        machine.patch.setattr("sys.argv", ["redrive", "FailureDeadLetters"])
        stubber = Stubber(client)
        stubber.add_response(
            "get_queue_attributes",
            {"Attributes": {"QueueArn": ARN, "ApproximateNumberOfMessages": "3"}},
            {"QueueUrl": URL, "AttributeNames": ["QueueArn", "ApproximateNumberOfMessages"]},
        )
        return stubber

    def test_messages_are_moved_back_to_their_queue(
        self, sqs: Stubber, capsys: pytest.CaptureFixture[str]
    ) -> None:
        sqs.add_response("start_message_move_task", {"TaskHandle": "t"}, {"SourceArn": ARN})
        with sqs:
            redrive.main()
        sqs.assert_no_pending_responses()
        assert "3 messages of FailureDeadLetters" in capsys.readouterr().out

    def test_a_running_redrive_is_reported(self, sqs: Stubber) -> None:
        sqs.add_client_error(
            "start_message_move_task", "UnsupportedOperation", "There is already a task running."
        )
        with sqs, pytest.raises(SystemExit, match="already a task running"):
            redrive.main()

    def test_a_redrive_of_another_queue_is_refused(self, machine: Machine) -> None:
        machine.patch.setattr("sys.argv", ["redrive", "JobQueue"])
        with pytest.raises(SystemExit, match="QUEUE=SpillDeadLetters"):
            redrive.main()

    def test_every_dead_letter_queue_of_a_queue_can_be_redriven(self) -> None:
        """DropDeadLetters has a function that empties it."""
        resources = read_template("template.yaml")["Resources"]
        targets = {
            found["Properties"]["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
            for found in resources.values()
            if found["Type"] == "AWS::SQS::Queue" and "RedrivePolicy" in found["Properties"]
        }
        assert targets == set(redrive.QUEUES)


class TestUndeploy:
    def test_retained_resources_are_listed(
        self, machine: Machine, account: Account, capsys: pytest.CaptureFixture[str]
    ) -> None:
        machine.patch.setenv("CONFIRM", "crm")
        undeploy.main()
        assert account.region(REGION).deleted == ["crm"]
        output = capsys.readouterr().out
        for kept in ("crm-Table-1ABC-Table-2DEF", "crm-Table-1ABC", "crm-bucket", NAMESPACE):
            assert kept in output

    @pytest.mark.parametrize("confirmed", ["", "crm-staging", "yes"])
    def test_a_deletion_requires_the_name_of_the_stack(
        self, machine: Machine, account: Account, confirmed: str
    ) -> None:
        machine.patch.setenv("CONFIRM", confirmed)
        machine.patch.setattr("sys.stdin.isatty", lambda: False, raising=False)
        with pytest.raises(SystemExit, match="CONFIRM=crm"):
            undeploy.main()
        machine.patch.setattr("sys.stdin.isatty", lambda: True, raising=False)
        machine.patch.setattr("builtins.input", lambda _question: confirmed)
        with pytest.raises(SystemExit, match="Nothing was deleted"):
            undeploy.main()
        assert not account.region(REGION).deleted

    def test_a_stack_of_another_product_is_refused(self, machine: Machine, account: Account) -> None:
        account.region(REGION).add("crm", "CREATE_COMPLETE", {"Stage": "prod"})
        machine.patch.setenv("CONFIRM", "crm")
        with pytest.raises(SystemExit, match="belongs to another product"):
            undeploy.main()
        assert not account.region(REGION).deleted

    def test_only_the_named_environment_is_deleted(self, machine: Machine, account: Account) -> None:
        create(account.region(REGION), "crm-staging", {"IdentityNamespace": NAMESPACE})
        machine.patch.setenv("ENV", "staging")
        machine.patch.setenv("CONFIRM", "crm-staging")
        undeploy.main()
        assert account.region(REGION).deleted == ["crm-staging"]
