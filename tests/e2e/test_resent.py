"""Messages that browser SDKs send again in another form are still one activity."""

import uuid
from typing import Any

from tests.e2e.stack import Stack, basic, call
from tests.e2e.story import Visitor


def send(stack: Stack, message: dict[str, Any], **headers: str) -> None:
    answer = call(
        f"{stack.api_url}/v1/{message['type']}",
        method="POST",
        json_body=message,
        headers=basic(stack.write_key) | headers,
    )
    assert answer.status == 200


def test_a_retry_after_the_visitor_is_identified_is_stored_once(stack: Stack) -> None:
    """Segment's browser SDK adds the user id when it sends, so a retry names a visitor that its first try did not."""
    visitor, anonymous_id = Visitor(), str(uuid.uuid4())
    viewed = {
        "type": "track",
        "event": "Product Viewed",
        "messageId": f"viewed-{visitor.id}",
        "timestamp": "2026-11-21T10:00:00.000Z",
        "anonymousId": anonymous_id,
    }
    known = {
        "type": "identify",
        "messageId": f"known-{visitor.id}",
        "timestamp": "2026-11-21T10:00:01.000Z",
        "anonymousId": anonymous_id,
        "userId": visitor.user_id,
    }
    send(stack, viewed)
    send(stack, known)
    send(stack, viewed | {"userId": visitor.user_id}, **{"X-Retry-Count": "1"})

    profile = stack.profile_when("user_id", visitor.user_id, activities=2)
    assert [a["type"] for a in stack.timeline(profile["id"])] == ["track", "identify"]
    assert profile["totals"]["activities"] == 2
