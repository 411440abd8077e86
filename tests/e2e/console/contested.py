"""Create identities that two customers claim."""

import time
from uuid import uuid4

from tests.e2e.stack import PROJECTION_TIMEOUT, Stack, basic, call


def contested_email(stack: Stack) -> tuple[str, str]:
    """Create an e-mail address that two users claim; return it with the user who does not own it."""
    name = uuid4().hex[:6]
    mail, first, second = f"both-{name}@example.com", f"first-{name}", f"second-{name}"
    for user in (first, second):
        traits = {"email": mail, "first_name": user.title()}
        headers = basic(stack.write_key)
        call(
            f"{stack.api_url}/v1/identify",
            method="POST",
            json_body={"userId": user, "traits": traits},
            headers=headers,
        )
        stack.profile_when("user_id", user, activities=1)
    deadline = time.monotonic() + PROJECTION_TIMEOUT
    while not claimed(stack, mail):
        assert time.monotonic() < deadline, f"nobody disputes {mail}"
        time.sleep(0.3)
    return mail, second


def claimed(stack: Stack, mail: str) -> bool:
    """Return whether several customers claim the address."""
    found = stack.admin("/v1/conflicts?type=email&limit=1000").json()["conflicts"]
    return any(one["identity"]["value"] == mail for one in found)
