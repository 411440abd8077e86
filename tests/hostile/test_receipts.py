"""A message that is sent again keeps its place in the order of receipt, in the table and in the logs."""

from typing import Any

from tests.support.gateway import Client
from tests.support.staff import Send, Staff

MAIL = "ann@example.com"


def test_a_repeated_message_keeps_its_earlier_claim_of_an_address(
    client: Client, staff: Staff, send: Send, table: Any
) -> None:
    first = {
        "userId": "ann",
        "traits": {"email": MAIL},
        "messageId": "m-1",
        "timestamp": "2026-11-21T12:00:00Z",
    }
    send("identify", **first)
    send("identify", userId="evil", traits={"email": MAIL})
    send("identify", **first)
    ann = client("GET", "/v1/identities/user_id/ann", key=staff.key).body["id"]
    assert client("GET", f"/v1/identities/email/{MAIL}", key=staff.key).body["id"] == ann
    kept = [item for item in table.scan()["Items"] if item["sk"].endswith("#m-1#p")]
    assert [item["r0"] < item["r"] for item in kept] == [True]
