"""Names of events: those of specifications in any spelling, and those of companies' own catalogues."""

from collections.abc import Callable
from string import printable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.category import CATEGORIES, category_of, matches
from crm.domain.event_names import MAX_LENGTH_READ, event_subject
from crm.domain.event_words import split, stem
from tests.support.event_catalogues import CATALOGUES, SPECS
from tests.unit.test_category import activity

SPEC_NAMES = [
    pytest.param(name, category, id=f"{spec}:{name}")
    for spec, by_category in SPECS.items()
    for category, names in by_category.items()
    for name in names
]
OWN_NAMES = [
    pytest.param(name, category, id=f"{rule_set}:{name}")
    for rule_set, names in CATALOGUES.items()
    for name, category in names.items()
]


def camel(words: list[str]) -> str:
    return words[0].lower() + "".join(word.title() for word in words[1:])


SPELLINGS: dict[str, Callable[[list[str]], str]] = {
    "snake": lambda words: "_".join(words).lower(),
    "shouted": lambda words: "_".join(words).upper(),
    "kebab": lambda words: "-".join(words).lower(),
    "dots": lambda words: ".".join(words).lower(),
    "camel": camel,
    "pascal": lambda words: "".join(word.title() for word in words),
    "blanks": lambda words: "  ".join(words).lower(),
    "together": lambda words: "".join(words).lower(),
    "prefixed": lambda words: "Shop: " + " ".join(words),
    "in brackets": lambda words: "[Web] " + " ".join(words),
    "package": lambda words: "com.acme." + "_".join(words).lower(),
    "versioned": lambda words: "_".join([*words, "v2"]).lower(),
}


@pytest.mark.parametrize(("name", "category"), SPEC_NAMES)
def test_a_name_of_a_spec_has_its_category_in_every_spelling(name: str, category: str | None) -> None:
    assert event_subject(name) == category
    for spelling, write in SPELLINGS.items():
        words = split(name)
        if spelling == "package" and len(words) == 1:
            continue  # Acme's lead may be anything
        written = write(words)
        assert event_subject(written) == category, (spelling, written)


@pytest.mark.parametrize(
    ("past", "present"),
    [
        ("Signed In", "Sign In"),
        ("Order Cancelled", "cancel_order"),
        ("Order Canceled", "Cancel Order"),
        ("Product Added", "addItem"),
        ("Coupon Applied", "apply_coupon"),
        ("Email Sent", "send_email"),
        ("Product Viewed", "viewing products"),
        ("Trial Started", "trialStart"),
        ("Checkout Started", "begin-checkout"),
        ("Video Playback Paused", "pause video playback"),
        ("Item Bought", "Buy Item"),
        ("Store Visited", "visit store"),
        ("Order Shipped", "ship_order"),
    ],
)
def test_tense_and_order_of_words_do_not_matter(past: str, present: str) -> None:
    assert event_subject(past) == event_subject(present) is not None


@pytest.mark.parametrize(("name", "category"), OWN_NAMES)
@pytest.mark.parametrize("kind", ["web", "mobile", "server"])
def test_event_names_of_companies_are_classified(name: str, category: str | None, kind: str) -> None:
    seen = activity(name=name, kind=kind)
    where = {"web": "web", "mobile": "mobile", "server": "other"}[kind]
    assert category_of(seen) == (category or where)
    assert matches(seen, category or where)
    assert not matches(seen, "system")


@given(st.text(min_size=1, max_size=300) | st.text(printable, min_size=1))
def test_an_event_of_any_name_is_not_of_the_system_category(name: str) -> None:
    for kind in ("web", "mobile", "server"):
        seen = activity(name=name, kind=kind)
        assert category_of(seen) in set(CATEGORIES) - {"system", "edits"}
        assert matches(seen, category_of(seen))


@pytest.mark.parametrize("type_", ["identify", "track", "page", "screen", "group", "alias", "form"])
@pytest.mark.parametrize("kind", ["web", "mobile", "server"])
def test_activities_of_customers_are_not_of_the_system_category(type_: str, kind: str) -> None:
    assert category_of(activity(type_, kind=kind)) not in {"system", "edits"}


def test_only_the_beginning_of_a_long_name_is_read() -> None:
    assert event_subject("x" * MAX_LENGTH_READ + " Order Completed") is None
    assert event_subject("Order Completed " + "x " * 100_000) == "shopping"


@pytest.mark.parametrize(
    "forms",
    [
        "deliver delivers delivered delivering",
        "cancel cancels cancelled canceled cancelling",
        "purchase purchases purchased purchasing",
        "apply applies applied applying",
        "search searches searched",
        "address addresses addressed",
        "tap taps tapped tapping",
        "add adds added adding",
    ],
)
def test_forms_of_a_word_share_a_stem(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


def test_different_words_have_different_stems() -> None:
    words = {
        "add",
        "ad",
        "order",
        "email",
        "sms",
        "feed",
        "need",
        "note",
        "form",
        "file",
        "view",
        "video",
        "pay",
    }
    assert len({stem(word) for word in words}) == len(words)
