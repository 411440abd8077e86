"""What the pages of the settings show: made through the API, for the tests that look at it."""

from typing import Any

from tests.e2e.stack import Stack


def make(stack: Stack, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Create something, and return what the API answers."""
    answer = stack.admin(path, method="POST", json_body=body)
    assert answer.status == 201, answer
    return dict(answer.json())


def make_form(stack: Stack, name: str = "Newsletter") -> dict[str, Any]:
    body = {
        "name": name,
        "fields": [
            {"name": "email", "attribute": "email", "label": "E-mail", "required": True},
            {"name": "city", "attribute": "city", "label": "City"},
        ],
        "consents": [{"channel": "email", "wording": "Send me the newsletter. I can leave it at any time."}],
    }
    return make(stack, "/v1/forms", body)


def make_webhook(stack: Stack, name: str) -> dict[str, Any]:
    """Create a webhook that sends nothing by itself."""
    body = {"name": name, "url": "https://hooks.example.com/customers", "events": ["Profile Erased"]}
    return make(stack, "/v1/webhooks", body)


def settings_ids(stack: Stack) -> dict[str, str]:
    """The ids in the addresses of these pages, by the names in `PAGES`. What is there already serves again."""
    forms, hooks = stack.admin("/v1/forms").json()["forms"], stack.admin("/v1/webhooks").json()["webhooks"]
    return {
        "source": stack.admin("/v1/sources").json()["sources"][0]["id"],
        "form": (forms or [make_form(stack)])[0]["id"],
        "webhook": (hooks or [make_webhook(stack, "Newsletter tool")])[0]["id"],
    }
