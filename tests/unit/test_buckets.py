"""The settings of each bucket in the template."""

import pytest

from tests.support.template import of_type

BUCKETS = of_type("AWS::S3::Bucket")


@pytest.mark.parametrize("bucket", BUCKETS)
def test_a_bucket_refuses_requests_without_tls(bucket: str) -> None:
    policies = of_type("AWS::S3::BucketPolicy").values()
    (document,) = [policy["PolicyDocument"] for policy in policies if policy["Bucket"] == bucket]
    (statement,) = [one for one in document["Statement"] if one["Sid"] == "RefusePlainHttp"]
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert [str(place) for place in statement["Resource"]] == [f"{bucket}.Arn", f"${{{bucket}.Arn}}/*"]
    assert BUCKETS[bucket]["PublicAccessBlockConfiguration"]["RestrictPublicBuckets"] is True
