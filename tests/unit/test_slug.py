"""Slugs: names in the form used in addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.segments.definition import SEGMENT_ID_FORMAT
from crm.domain.slug import find_by_name_or_slug, slug_of

NAMES = {
    "Big spenders": "big-spenders",
    "Loyal, asleep": "loyal-asleep",
    "VIP": "vip",
    "  VIP!  ": "vip",
    "Jane's friends": "janes-friends",
    "Win-back (90 days)": "win-back-90-days",
    "R&D / B2B": "r-d-b2b",
    "Über-Käufer Straße": "uber-kaufer-strasse",
    "Señoras de Córdoba": "senoras-de-cordoba",
    "Лояльные клиенты": "лояльные-клиенты",
    "Йод": "йод",
    "常连客": "常连客",
    "ガッツ": "ガッツ",
    "العملاء": "العملاء",
    "हिन्दी ग्राहक": "हिन्दी-ग्राहक",
    "ไทยที่ดี": "ไทยที่ดี",
    "Ελλάδα ΟΔΟΣ": "ελλάδα-οδοσ",
    "²⁵ ½": "25-1-2",
    "🔥": "",
    "!!!": "",
    "seg_0123456789ab": "seg-0123456789ab",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_becomes_a_slug(name: str) -> None:
    assert slug_of(name) == NAMES[name]


@given(st.text(max_size=60))
def test_the_slug_of_a_slug_is_unchanged(name: str) -> None:
    slug = slug_of(name)
    assert slug_of(slug) == slug
    assert not SEGMENT_ID_FORMAT.matches(slug)
    assert not set(slug) & set(" /?#%_,")
    assert not slug.startswith("-")
    assert not slug.endswith("-")


def test_a_name_precedes_a_slug() -> None:
    known = [("1", "Big spenders"), ("2", "big-spenders"), ("3", "BIG  SPENDERS!")]
    asked = ("Big Spenders", "big-spenders", "Big-Spenders", "big spenders!", "big_spenders", "", "!!!")
    assert [find_by_name_or_slug(one, known) for one in asked] == ["1", "2", "2", "3", None, None, None]
    assert find_by_name_or_slug("big-spenders", known[::2]) == "1"
    assert find_by_name_or_slug("", [("1", "🔥")]) is None
