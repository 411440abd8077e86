"""The category of an activity in the timeline."""

import pytest

from crm.domain.activity import Activity
from crm.domain.category import ALL, CATEGORIES, category_of, matches
from crm.domain.identity import Identity


def activity(type_: str = "track", name: str | None = None, kind: str = "web") -> Activity:
    return Activity(
        message_id="m",
        type=type_,
        name=name,
        original_at=0,
        occurred_at=0,
        received_at=0,
        source_id="s",
        source_kind=kind,
        identities=(Identity("user_id", "u"),),
        properties={},
        context={},
    )


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("Product Viewed", "shopping"),
        ("Product Added", "cart"),
        ("product_removed", "cart"),
        ("Cart Viewed", "cart"),
        ("Checkout Started", "shopping"),
        ("Order Completed", "shopping"),
        ("OrderRefunded", "shopping"),
        ("Coupon Applied", "coupons"),
        ("Promotion Clicked", "campaigns"),
        ("Email Opened", "campaigns"),
        ("Email Link Clicked", "campaigns"),
        ("Push Notification Received", "campaigns"),
        ("Form Submitted", "forms"),
        ("Note Added", "notes"),
        ("Store Visited", "places"),
        ("Workflow Entered", "automation"),
        ("Signed Up", "account"),
        ("Machine Serviced", "web"),
        ("...", "web"),
    ],
)
def test_common_event_names_have_a_category(name: str, category: str) -> None:
    seen = activity(name=name)
    assert category_of(seen) == category
    assert [shown for shown in CATEGORIES if matches(seen, shown)] == sorted(
        {category, "web"}, key=CATEGORIES.index
    )


@pytest.mark.parametrize(
    ("type_", "kind", "category", "shown"),
    [
        ("page", "web", "pages", {"pages", "web"}),
        ("screen", "mobile", "pages", {"pages", "mobile"}),
        ("identify", "web", "account", {"account", "web"}),
        ("group", "server", "account", {"account"}),
        ("alias", "server", "account", {"account"}),
        ("identity.shared", "server", "system", {"system"}),
        ("segment.entered", "server", "system", {"system"}),
        ("form", "web", "forms", {"forms", "web"}),
        ("note", "server", "notes", {"notes"}),
        ("task", "server", "notes", {"notes"}),
        ("profile.edited", "server", "edits", {"edits"}),
        ("tag.removed", "web", "edits", {"edits"}),
        ("consent.changed", "server", "edits", {"edits"}),
        ("conflict.settled", "server", "edits", {"edits"}),
        ("identity.conflict", "web", "system", {"system"}),
    ],
)
def test_the_type_and_the_source_decide_the_category(
    type_: str, kind: str, category: str, shown: set[str]
) -> None:
    seen = activity(type_, kind=kind)
    assert category_of(seen) == category
    assert {name for name in CATEGORIES if matches(seen, name)} == shown
    assert matches(seen, ALL)
