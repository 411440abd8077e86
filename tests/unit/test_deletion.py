"""Resources with customers' data outlive their stack, and are protected from accidental deletion."""

from typing import Any

import pytest

from infra.cloudformation import read_template

STACK = read_template("template.yaml")["Resources"]
TABLE = read_template("infra/table.yaml")["Resources"]["Table"]


@pytest.mark.parametrize(
    "resource", [STACK["Table"], TABLE, STACK["ImportBucket"]], ids=["stack of the table", "table", "bucket"]
)
def test_resources_with_data_are_retained_on_deletion_and_replacement(resource: dict[str, Any]) -> None:
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_the_table_has_deletion_protection_and_point_in_time_recovery() -> None:
    assert TABLE["Properties"]["DeletionProtectionEnabled"] is True
    recovery = TABLE["Properties"]["PointInTimeRecoverySpecification"]
    assert recovery["PointInTimeRecoveryEnabled"] is True


def test_the_stack_has_no_other_resources_with_data() -> None:
    """A new resource that stores data must be protected, too."""
    stores = {"AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable", "AWS::S3::Bucket", "AWS::RDS::DBCluster"}
    assert [name for name, found in STACK.items() if found["Type"] in stores] == ["ImportBucket"]


def test_the_bucket_keeps_no_versions_of_erased_files() -> None:
    bucket = STACK["ImportBucket"]["Properties"]
    assert "VersioningConfiguration" not in bucket
    prefixes = {rule.get("Prefix") for rule in bucket["LifecycleConfiguration"]["Rules"]}
    assert prefixes == {None, "people/", "imports/", "uploads/", "exports/", "work/"}
