"""Sofia, who has an unsubscribe link, and its page, which tests read and submit."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import urlencode

from crm.api.models.consents import ConsentLedger
from crm.domain.api_key import SYSTEM
from crm.services.consents import consent_changes
from crm.services.profiles import people
from tests.support.gateway import Answer, Client
from tests.support.stream import Pump

FORM = {"content-type": "application/x-www-form-urlencoded"}
ONE_CLICK = "List-Unsubscribe=One-Click"
NOW = 1_795_289_400_000
"""2026-11-21T19:30:00Z"""


def arrive(client: Client, write_key: str, pump: Pump, key: str) -> str:
    """Create Sofia, who granted emails and offers by text message, but not push messages; return her id."""
    traits = {"email": "sofia@example.com", "phone": "+48601234567", "first_name": "Sofia"}
    event = {"anonymousId": "browser-1", "traits": traits, "writeKey": write_key}
    assert client("POST", "/v1/identify", event | {"timestamp": "2026-11-20T12:00:00Z"}).status == 200
    pump()
    id_ = str(client("GET", "/v1/identities/email/sofia@example.com", key=key).body["id"])
    grant(id_, "email")
    grant(id_, "sms", purpose="offers")
    grant(id_, "push", state="denied")
    return id_


def grant(id_: str, channel: str, *, state: str = "granted", now: int = NOW, **more: Any) -> None:
    consent_changes.set_consent(
        people.find(id_, SYSTEM), channel, state=state, by="key:test", now=now, **more
    )


def link_to(client: Client, key: str, id_: str, **query: str) -> str:
    """Return the path of a person's unsubscribe link: `link_to(client, key, id_, channel="sms")`."""
    answer = client("GET", f"/v1/profiles/{id_}/unsubscribe-link", key=key, query=query)
    assert answer.status == 200, answer
    return str(answer.body["url"]).removeprefix("https://api.example.com")


def states_of(client: Client, key: str, id_: str) -> dict[str, str]:
    """Return the current states of consents, from the API."""
    ledger = client("GET", f"/v1/profiles/{id_}/consents", key=key).body
    ConsentLedger.model_validate(ledger)
    return {name: consent["state"] for name, consent in ledger["consents"].items()}


def lines(page: Answer) -> dict[str, bool]:
    """Return the labels of the page's checkboxes, and whether each is ticked."""
    found = re.findall(
        r'<input type="checkbox" id="(\w+)"[^>]*?( checked)?><label for="\1">(.*?)</label>', page.body
    )
    return {unescape(label): bool(ticked) for _, ticked, label in found}


def filled_in(page: Answer, **ticks: bool) -> str:
    """Return the body of the submitted form, with these checkboxes (by key) ticked or not."""
    ticked = dict(re.findall(r'name="ticked" value="(.*?)"( checked)?', page.body))
    state = {unescape(name): bool(checked) for name, checked in ticked.items()} | ticks
    (shown,) = re.findall(r'name="shown" value="(.*?)"', page.body)
    fields = [("ticked", name) for name, on in state.items() if on]
    return urlencode([*fields, ("shown", unescape(shown)), ("action", "save")])
