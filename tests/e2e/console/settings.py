"""Create the objects of the settings pages through the API, for tests of these pages."""

from typing import Any

from tests.e2e.stack import Stack

PAGE = "Of the pages"
"""The name of the objects on the pages."""


def make(stack: Stack, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Create an object, and return the response's body."""
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
    """Create a webhook that receives no events."""
    body = {"name": name, "url": "https://hooks.example.com/customers", "events": ["Profile Erased"]}
    return make(stack, "/v1/webhooks", body)


def settings_ids(stack: Stack) -> dict[str, str]:
    """Return the ids in the addresses of these pages, by the names in `PAGES`.

    Objects of earlier runs are used again; objects of other tests may be deleted at any time.
    """
    return {
        "source": _named(stack, "sources", PAGE) or _id(make(stack, "/v1/sources", {"name": PAGE})),
        "form": _named(stack, "forms", PAGE) or _id(make_form(stack, PAGE)),
        "webhook": _named(stack, "webhooks", PAGE) or _id(make_webhook(stack, PAGE)),
    }


def _named(stack: Stack, kind: str, name: str) -> str | None:
    found = stack.admin(f"/v1/{kind}").json()[kind]
    return next((str(one["id"]) for one in found if one["name"] == name), None)


def _id(made: dict[str, Any]) -> str:
    return str(made["id"])
