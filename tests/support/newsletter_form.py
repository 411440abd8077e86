"""A form for a newsletter, and requests that submit it."""

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from crm.domain.errors import UnavailableError
from crm.domain.forms.definition import Form
from crm.services.definitions import attribute_changes, forms
from crm.services.tracking import form_submissions
from crm.services.tracking.form_submissions import FormRequest
from tests.support.gateway import Answer, Client

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

NOW = 1_795_289_400_000
URLENCODED = "application/x-www-form-urlencoded"
BROWSER = {
    "content-type": URLENCODED,
    "accept": "text/html,application/xhtml+xml,*/*;q=0.8",
    "referer": "https://shop.example/contact",
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36",
}
WORDING = "Send me the newsletter by e-mail."
ADA = {"email": " Ada@Example.com ", "first": "Ada", "visits": "3", "_consent:email": "on"}


def newsletter() -> Form:
    """Create the form of the tests."""
    attribute_changes.create(name="visits", type="number")
    return forms.create(
        now=NOW,
        name="Newsletter",
        fields=[
            {"name": "email", "attribute": "email", "label": "E-mail", "required": True},
            {"name": "first", "attribute": "first_name", "label": "First name"},
            {"name": "visits", "attribute": "visits", "label": "Visits"},
            {"name": "phone", "attribute": "phone", "label": "Phone"},
        ],
        tags=["Newsletter"],
        consents=[{"channel": "email", "wording": WORDING}, {"channel": "sms", "wording": "And by SMS."}],
        error_text="Something is missing.",
    )


def activities(table: "Table") -> list[dict[str, Any]]:
    return [item for item in table.scan()["Items"] if str(item["sk"]).startswith("A#")]


def rejected(table: "Table") -> list[dict[str, Any]]:
    return [item for item in table.scan()["Items"] if str(item["pk"]).startswith("X#")]


def stored_submission(table: "Table") -> dict[str, Any]:
    (activity,) = activities(table)
    document: dict[str, Any] = json.loads(activity["d"])
    return document


def post(client: Client, form: Form, values: Any = ADA, **headers: str) -> Answer:
    """Submit the form as a browser without scripts does."""
    return client("POST", f"/v1/forms/{form.id}", urlencode(values).encode(), headers={**BROWSER, **headers})


def send(client: Client, form: Form, body: Any, **headers: str) -> Answer:
    sent = {"content-type": "application/json", **headers}
    return client("POST", f"/v1/forms/{form.id}", body, headers=sent)


def submit_at(form: Form, now: int, **values: str) -> None:
    body = urlencode({**ADA, **values}).encode()
    form_submissions.submit(FormRequest(form_id=form.id, body=body, content_type=URLENCODED), now=now)


def unavailable(*_: object) -> int:
    raise UnavailableError("Send it again.", retry_after=5)
