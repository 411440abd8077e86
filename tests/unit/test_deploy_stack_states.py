"""What `make deploy` does with an existing stack: in every state, and with a table that lacks indexes."""

import pytest

from tests.support.deploy_calls import NAMESPACE, REGION, built_as_deployed, deployed
from tests.support.deploy_machine import INDEXES, Account, Machine, create, table_with
from tests.support.fake_cloudformation import indexes_of


def event(resource: str, status: str, reason: str = "", physical: str = "") -> dict[str, str]:
    """Build an event of a stack."""
    stated = {"ResourceStatusReason": reason} if reason else {}
    return {"LogicalResourceId": resource, "ResourceStatus": status, "PhysicalResourceId": physical, **stated}


class TestStackStates:
    def test_a_rolled_back_creation_is_repeated_with_its_parameters(
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
        assert built_as_deployed(machine.deploy(REGION=REGION))
        assert cloudformation.deleted == ["crm"]
        assert deployed(account).items() >= aborted.items()
        output = capsys.readouterr().out
        assert "Unable to find Route" in output
        assert "cancelled" not in output
        assert "crm-importbucket-1" in output

    @pytest.mark.parametrize("status", ["ROLLBACK_FAILED", "CREATE_FAILED"])
    def test_a_creation_whose_rollback_failed_is_repeated(
        self, machine: Machine, account: Account, status: str
    ) -> None:
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
    def test_a_stack_that_cannot_be_updated_is_refused(
        self, machine: Machine, account: Account, status: str, stated: str
    ) -> None:
        account.region(REGION).add("crm", status, {"IdentityNamespace": NAMESPACE})
        with pytest.raises(SystemExit, match=stated):
            machine.deploy(REGION=REGION)
        assert not machine.calls
        assert not account.region(REGION).deleted

    def test_a_stack_in_review_is_created(self, machine: Machine, account: Account) -> None:
        account.region(REGION).add("crm", "REVIEW_IN_PROGRESS", {})
        machine.deploy(REGION=REGION)
        assert deployed(account)["IdentityNamespace"]

    @pytest.mark.parametrize("status", ["CREATE_COMPLETE", "ROLLBACK_COMPLETE", "UPDATE_IN_PROGRESS"])
    def test_a_stack_of_another_product_is_refused(
        self, machine: Machine, account: Account, status: str
    ) -> None:
        account.region(REGION).add("crm", status, {"Stage": "prod"})
        with pytest.raises(SystemExit, match="belongs to another product"):
            machine.deploy(REGION=REGION)
        assert not machine.calls
        assert not account.region(REGION).deleted

    @pytest.mark.parametrize("status", ["UPDATE_ROLLBACK_COMPLETE", "CREATE_COMPLETE", "IMPORT_COMPLETE"])
    def test_a_complete_stack_is_updated(self, machine: Machine, account: Account, status: str) -> None:
        create(account.region(REGION), "crm", {"IdentityNamespace": NAMESPACE}, status=status)
        assert built_as_deployed(machine.deploy(REGION=REGION))
        assert not account.region(REGION).deleted

    @pytest.mark.parametrize("group", ["/aws/lambda/crm", "/aws/apigateway/crm"])
    def test_log_groups_of_an_earlier_stack_are_reported(
        self, machine: Machine, account: Account, group: str
    ) -> None:
        account.log_groups = {group}
        with pytest.raises(SystemExit, match=f"delete-log-group --log-group-name {group}"):
            machine.deploy(REGION=REGION)
        assert not machine.calls

    def test_log_groups_of_other_stacks_are_ignored(self, machine: Machine, account: Account) -> None:
        account.log_groups = {"/aws/lambda/crm-staging", "/aws/apigateway/crm-staging"}
        machine.deploy(REGION=REGION)
        account.log_groups |= {"/aws/lambda/crm", "/aws/apigateway/crm"}
        machine.deploy()
        assert built_as_deployed(machine.calls)


class TestTableIndexes:
    OLD = frozenset({"profiles", "groups"})
    NESTED = "crm-Table-1ABC"

    def test_missing_indexes_are_created_one_by_one(self, machine: Machine, account: Account) -> None:
        cloudformation = account.region(REGION)
        create(cloudformation, "crm", {"IdentityNamespace": NAMESPACE}, indexes=self.OLD)
        machine.deploy(REGION=REGION)
        assert [len(created) for created in cloudformation.updates] == [1] * (len(INDEXES) - 2)
        assert set.union(*cloudformation.updates) == INDEXES - self.OLD

    def test_creating_indexes_continues_after_a_failure(self, machine: Machine, account: Account) -> None:
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

    def test_an_index_in_creation_is_waited_for(self, machine: Machine, account: Account) -> None:
        cloudformation = account.region(REGION)
        create(cloudformation, "crm", {"IdentityNamespace": NAMESPACE}, indexes=self.OLD)
        cloudformation.stacks[self.NESTED] |= {
            "status": "UPDATE_IN_PROGRESS",
            "settles_as": "UPDATE_COMPLETE",
            "wanted": table_with(INDEXES - {"by_email"}),
        }
        machine.deploy(REGION=REGION)
        assert cloudformation.updates == [{"by_email"}]

    def test_a_table_of_an_earlier_template_gets_its_indexes(
        self, machine: Machine, account: Account
    ) -> None:
        cloudformation = account.region(REGION)
        create(cloudformation, "crm", {"IdentityNamespace": NAMESPACE}, indexes=INDEXES - {"by_email"})
        nested = cloudformation.stacks[self.NESTED]
        nested["parameters"] = {}
        nested["template"] = {"Resources": nested["template"]["Resources"]}
        for index in nested["template"]["Resources"]["Table"]["Properties"]["GlobalSecondaryIndexes"]:
            del index["WarmThroughput"]
        machine.deploy(REGION=REGION)
        assert cloudformation.updates == [{"by_email"}]

    def test_a_table_with_all_indexes_is_not_updated(self, machine: Machine, account: Account) -> None:
        machine.deploy(REGION=REGION)
        machine.deploy()
        assert not account.region(REGION).updates
