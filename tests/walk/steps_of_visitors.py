"""Steps of visitors: events from sites, apps and servers, and forms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from crm.domain.identity import Identity
from crm.domain.times import MINUTE_MS, iso
from tests.walk.deployment import ORDERED
from tests.walk.orders import CANCELLED, REFUND, REFUNDED, TOTALS
from tests.walk.people import BROWSERS, CARDS, EMAILS, NAME_OF_OTHERS, NAME_OF_USERS, PHONES, USERS
from tests.walk.walk import Walk

Number = int | None
SOURCES = ("web", "mobile", "server")
KINDS = ("identify", "track", "page", "screen", "group", "alias")
VIEWED = "Product Viewed"


@dataclass(frozen=True)
class Send:
    """Send one event.

    Numbers are indexes of identities; `ago` and `skew` are minutes: the delay of the event, and the lead of the
    client's clock. `order`: the order of a track event, whose `fate` may be sent.
    """

    kind: str = "track"
    source: str = "web"
    user: Number = None
    browser: Number = None
    email: Number = None
    phone: Number = None
    card: Number = None
    total: Number = None
    order: Number = None
    fate: str | None = None
    city: str | None = None
    ago: int = 0
    skew: int = 0

    def apply(self, walk: Walk) -> None:
        mark = walk.new_mark()
        now = walk.deployment.clock.now
        given = now + self.skew * MINUTE_MS
        message = {
            "type": self.kind,
            "messageId": f"m{mark}",
            "timestamp": iso(given - self.ago * MINUTE_MS),
            **({"userId": USERS[self.user].value} if self.user is not None else {}),
            **({"anonymousId": BROWSERS[self.browser].value} if self.browser is not None else {}),
            **self._content(mark),
        }
        batch = {
            "batch": [message],
            "sentAt": iso(given),
            "writeKey": walk.deployment.prepared.write_keys[self.source],
        }
        post(walk, batch, self._identities(), now - self.ago * MINUTE_MS + min(self.skew * MINUTE_MS, 0))

    def _content(self, mark: str) -> dict[str, Any]:
        if self.kind == "track":
            return {**self._event(mark), "context": self._context()}
        if self.kind == "alias":
            return {"previousId": BROWSERS[0].value}
        if self.kind == "identify":
            return {"traits": {"nickname": mark, **self._traits()}, "context": self._context()}
        more = (
            {"groupId": "club", "traits": {"note": mark}}
            if self.kind == "group"
            else {"name": f"Page {mark}"}
        )
        return {**more, "context": self._context()}

    def _event(self, mark: str) -> dict[str, Any]:
        given: dict[str, Any] = {"note": mark, "by": self.source}
        if self.order is not None:
            about = given | {"order_id": f"order-{self.order}"}
            if self.fate == REFUNDED:
                return {"event": REFUNDED, "properties": about | {"total": REFUND}}
            if self.fate == CANCELLED:
                return {"event": CANCELLED, "properties": about}
            return {"event": ORDERED, "properties": about | {"total": TOTALS[self.order]}}
        if self.total is None:
            return {"event": VIEWED, "properties": given}
        return {"event": ORDERED, "properties": given | {"total": self.total}}

    def _traits(self) -> dict[str, Any]:
        given = {
            "email": None if self.email is None else EMAILS[self.email].value,
            "phone": None if self.phone is None else PHONES[self.phone].value,
            "city": self.city,
            "first_name": self._first_name(),
        }
        return {name: value for name, value in given.items() if value is not None}

    def _first_name(self) -> str | None:
        if self.user is not None:
            return NAME_OF_USERS
        return NAME_OF_OTHERS if self.email is None and self.card is None else None

    def _context(self) -> dict[str, Any]:
        if self.card is None:
            return {}
        card = {"id": CARDS[self.card].value, "type": "loyalty_id", "collection": "users", "encoding": "none"}
        return {"externalIds": [card]}

    def _identities(self) -> set[Identity]:
        pools = ((USERS, self.user), (BROWSERS, self.browser), (EMAILS, self.email), (PHONES, self.phone))
        found = {pool[number] for pool, number in (*pools, (CARDS, self.card)) if number is not None}
        return found | ({BROWSERS[0]} if self.kind == "alias" else set())


def post(walk: Walk, batch: dict[str, Any], identities: set[Identity], earliest: int) -> None:
    """Send one message to the tracking API. `earliest`: the earliest of its times, epoch ms."""
    answer = walk.deployment.send("/v1/batch", batch)
    assert answer.status in (200, 429), answer
    if answer.status != 200 or answer.body["rejected"]:
        return
    id_ = batch["batch"][0]["messageId"]
    if batch["sentAt"] <= walk.deployment.now():
        # One of a clock that is ahead may be sent again behind an erasure, and is new then (docs/privacy.md).
        walk.known.sent.append(("/v1/batch", batch))
    walk.known.accepted.add(id_)
    if any(earliest <= walk.known.erased_at.get(identity, -1) for identity in identities):
        walk.known.doubtful.add(id_)


@dataclass(frozen=True)
class SendAgain:
    """Send an earlier message again, unchanged."""

    number: int

    def apply(self, walk: Walk) -> None:
        if not walk.known.sent:
            return
        path, body = walk.known.sent[self.number % len(walk.known.sent)]
        answer = walk.deployment.send(path, body)
        assert answer.status in (200, 400, 429), answer


@dataclass(frozen=True)
class SubmitForm:
    """Submit the newsletter's form."""

    email: Number = None
    browser: Number = None
    agreed: bool = False

    def apply(self, walk: Walk) -> None:
        fields = {"first_name": "Ada"} | ({} if self.email is None else {"email": EMAILS[self.email].value})
        body = {
            "fields": fields,
            "consents": {"email": True} if self.agreed else {},
            "submission_id": f"s{walk.new_mark().strip('~')}",
            **({} if self.browser is None else {"anonymous_id": BROWSERS[self.browser].value}),
        }
        path = f"/v1/forms/{walk.deployment.prepared.form}"
        walk.known.sent.append((path, body))
        answer = walk.deployment.send(path, body)
        assert answer.status in (200, 400, 429), answer
