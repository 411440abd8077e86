"""Messages of visitors of a shop, as analytics-next sends them from a browser."""

import copy
import random
import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

USER_AGENT = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36"
)
SESSION_START = datetime(2026, 11, 20, 15, 4, 11, 482_000, tzinfo=UTC)
STEP = timedelta(seconds=17, milliseconds=331)

PRODUCTS = (
    ("Northern Trail Rain Jacket, men's, slate blue", "outdoor/jackets", "159.90"),
    ("Merino Base Layer 200, women's, forest green", "outdoor/base-layers", "74.50"),
    ("Trekking Pole Carbon Ultralight (pair)", "outdoor/equipment", "119.00"),
    ("Enamel Mug 400 ml, speckled white", "kitchen/mugs", "14.95"),
)


def page_view(anonymous_id: str, at: datetime, number: int) -> dict[str, Any]:
    """Build a view of a product page, opened from a campaign, with all fields of analytics-next 1.84."""
    title, category, _ = PRODUCTS[number % len(PRODUCTS)]
    slug = "-".join(re.findall(r"[a-z0-9]+", title.lower()))
    path = f"/shop/{category}/{slug}"
    search = "?utm_source=newsletter&utm_medium=email&utm_campaign=autumn-2026&utm_content=hero"
    page = {
        "path": path,
        "referrer": "https://www.google.com/",
        "search": search,
        "title": f"{title} | Fjell & Fjord Outfitters",
        "url": f"https://www.fjell-fjord.example{path}{search}",
    }
    context = _context(page) | {
        "campaign": {"source": "newsletter", "medium": "email", "name": "autumn-2026", "content": "hero"},
    }
    return _message("page", anonymous_id, at, properties=dict(page), context=context)


def track(anonymous_id: str, at: datetime, number: int) -> dict[str, Any]:
    """Build a `Product Viewed` as in the e-commerce specification."""
    name, category, price = PRODUCTS[number % len(PRODUCTS)]
    properties = {
        "product_id": f"507f1f77bcf86cd7994390{number % 100:02d}",
        "sku": f"FF-{4400 + number % 100}",
        "category": category,
        "name": name,
        "brand": "Fjell & Fjord",
        "variant": "M",
        "price": float(price),
        "quantity": 1,
        "currency": "EUR",
        "position": number % 12,
        "image_url": f"https://cdn.fjell-fjord.example/p/{4400 + number % 100}/front-1200x1200.jpg",
    }
    page = {
        "path": f"/shop/{category}",
        "referrer": "https://www.fjell-fjord.example/",
        "search": "",
        "title": f"{category.title()} | Fjell & Fjord Outfitters",
        "url": f"https://www.fjell-fjord.example/shop/{category}",
    }
    given = {"event": "Product Viewed", "properties": properties, "context": _context(page)}
    return _message("track", anonymous_id, at, **given)


def session(visitor: int, events: int) -> list[dict[str, Any]]:
    """Build the session of an anonymous visitor: a page or product view of about 1 KB every 17 s."""
    rng = random.Random(visitor)
    anonymous_id = str(uuid.UUID(int=rng.getrandbits(128), version=4))
    return [
        page_view(anonymous_id, SESSION_START + STEP * number, rng.randrange(100))
        if number % 3 == 0
        else track(anonymous_id, SESSION_START + STEP * number, rng.randrange(100))
        for number in range(events)
    ]


def as_user(messages: list[dict[str, Any]], user_id: str, email: str) -> list[dict[str, Any]]:
    """Return the session after a login: an `identify` first, and the user id in every message."""
    messages = [copy.deepcopy(message) | {"userId": user_id} for message in messages]
    traits = {
        "email": email,
        "firstName": "Solveig",
        "lastName": "Lindqvist",
        "city": "Bergen",
        "plan": "gold",
    }
    first = messages[0]
    identify = first | {"type": "identify", "traits": traits, "messageId": f"{first['messageId']}-i"}
    return [{name: value for name, value in identify.items() if name != "properties"}, *messages[1:]]


def batch(messages: list[dict[str, Any]], write_key: str) -> dict[str, Any]:
    """Return the body of a request to `/v1/batch`."""
    return {"batch": messages, "sentAt": iso(datetime.now(UTC)), "writeKey": write_key}


def iso(moment: datetime) -> str:
    """Return the time as JavaScript's `toISOString` does."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def _context(page: Mapping[str, str]) -> dict[str, Any]:
    return {
        "page": dict(page),
        "userAgent": USER_AGENT,
        "userAgentData": {
            "brands": [
                {"brand": "Chromium", "version": "142"},
                {"brand": "Google Chrome", "version": "142"},
                {"brand": "Not_A Brand", "version": "99"},
            ],
            "mobile": False,
            "platform": "macOS",
        },
        "locale": "de-DE",
        "library": {"name": "analytics.js", "version": "npm:next-1.84.0"},
        "timezone": "Europe/Berlin",
    }


def _message(type_: str, anonymous_id: str, at: datetime, **fields: Any) -> dict[str, Any]:
    unique = uuid.uuid5(uuid.NAMESPACE_OID, f"{anonymous_id}{at.isoformat()}{type_}")
    return {
        "timestamp": iso(at),
        "integrations": {},
        "type": type_,
        "userId": None,
        "anonymousId": anonymous_id,
        **fields,
        "messageId": f"ajs-next-{int(at.timestamp() * 1000)}-{unique}",
        "_metadata": {"bundled": ["Segment.io"], "unbundled": [], "bundledIds": []},
    }
