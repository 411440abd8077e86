"""The kinds and names of sources, and the origins from which pages may send."""

import pytest

from crm.domain.errors import InvalidInputError
from crm.domain.source import (
    Source,
    valid_burst,
    valid_display_name,
    valid_kind,
    valid_origins,
    valid_rate,
)
from crm.domain.stored_record import from_record, to_record


def source(**changes: object) -> Source:
    fields = {
        "id": "src_0123456789ab",
        "name": "Shop",
        "kind": "web",
        "write_key": "wk_AAAAAAAAAAAAAAAAAAAAAA",
        "created_at": 1,
        "updated_at": 1,
    }
    return Source(**(fields | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("allowed", "origin", "answer"),
    [
        ("https://shop.example", "https://shop.example", True),
        ("https://shop.example", "https://SHOP.example", True),
        ("https://shop.example", "http://shop.example", False),
        ("https://shop.example", "https://shop.example:8443", False),
        ("https://shop.example", "https://www.shop.example", False),
        ("https://*.shop.example", "https://www.shop.example", True),
        ("https://*.shop.example", "https://a.b.shop.example", True),
        ("https://*.shop.example", "https://shop.example", False),
        ("https://*.shop.example", "https://.shop.example", False),
        ("https://*.shop.example", "https://evilshop.example", False),
        ("https://*.shop.example", "https://evil.example/.shop.example", False),
        ("*", "https://any.example", True),
        ("https://shop.example", "null", False),
    ],
)
def test_an_origin_is_allowed_by_exact_match_or_wildcard(allowed: str, origin: str, answer: bool) -> None:
    assert source(allowed_origins=(allowed,)).allows_origin(origin) is answer


def test_a_source_without_origins_uses_those_of_the_deployment() -> None:
    assert source().allows_origin("https://any.example")
    assert source().allows_origin("https://a.example", ["https://a.example"])
    assert not source().allows_origin("https://b.example", ["https://a.example"])


def test_origins_are_normalised_and_deduplicated() -> None:
    assert valid_origins(["https://Shop.Example", " https://shop.example ", "http://localhost:3000"]) == (
        "https://shop.example",
        "http://localhost:3000",
    )


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "shop.example",
        "ftp://shop.example",
        "https://shop.example/",
        "https://shop.example/path",
        "https://user@shop.example",
        "https://shop.example:port",
        "https://shop.example?x=1",
        "https://*",
        "https://shop.*",
        "https://sh op.example",
        "https://[",
        "null",
    ],
)
def test_an_invalid_origin_is_refused(wrong: str) -> None:
    with pytest.raises(InvalidInputError, match=r"https://shop\.example") as refused:
        valid_origins(["https://fine.example", wrong])
    assert refused.value.details == {"field": "allowed_origins", "value": wrong}


@pytest.mark.parametrize(
    "suffix",
    ["com", "shop", "co.uk", "com.au", "or.at", "github.io", "vercel.app", "s3.eu-central-1.amazonaws.com"],
)
def test_a_wildcard_over_a_public_suffix_is_refused(suffix: str) -> None:
    for wrong in (f"https://*.{suffix}", f"HTTP://*.{suffix}:8443"):
        with pytest.raises(InvalidInputError, match=r"https://\*\.shop\.example") as refused:
            valid_origins([wrong])
        assert refused.value.details == {"field": "allowed_origins", "value": wrong.lower()}


@pytest.mark.parametrize(
    "origin",
    ["https://*.example.com", "https://*.shop.co.uk", "https://*.ada.github.io", "http://*.localhost:3000"],
)
def test_a_wildcard_over_a_registrable_domain_is_accepted(origin: str) -> None:
    assert valid_origins([origin]) == (origin,)


def test_a_stored_origin_is_not_validated_again() -> None:
    assert source(allowed_origins=("https://*.com",)).allows_origin("https://shop.com")


def test_a_source_has_at_most_50_origins() -> None:
    assert len(valid_origins(f"https://{n}.example" for n in range(50))) == 50
    with pytest.raises(InvalidInputError, match="at most 50"):
        valid_origins(f"https://{n}.example" for n in range(51))


@pytest.mark.parametrize("wrong", ["", "   ", "x" * 101, "a\nb", "\ud800"])
def test_a_name_is_a_line_of_text(wrong: str) -> None:
    with pytest.raises(InvalidInputError, match="1 to 100 printable"):
        valid_display_name(wrong)
    assert valid_display_name("  Käse & Co  ") == "Käse & Co"


def test_an_unknown_kind_is_refused() -> None:
    assert [valid_kind(kind) for kind in ("web", "mobile", "server")] == ["web", "mobile", "server"]
    with pytest.raises(InvalidInputError, match="web, mobile, server"):
        valid_kind("desktop")


def test_invalid_rates_and_bursts_are_refused() -> None:
    assert valid_rate(None) is None
    assert valid_rate(0.5) == 0.5
    assert valid_burst(1) == 1
    for rate in (0, -1, 1e7, float("inf"), float("nan")):
        with pytest.raises(InvalidInputError, match="rate_limit"):
            valid_rate(rate)
    with pytest.raises(InvalidInputError, match="burst"):
        valid_burst(0)


def test_a_bucket_holds_the_burst_or_one_second() -> None:
    assert source(rate_limit=2.5).capacity == 3
    assert source(rate_limit=0.1).capacity == 1
    assert source(rate_limit=5, burst=100).capacity == 100


@pytest.mark.parametrize(
    "stored",
    [
        source(),
        source(allowed_origins=("*",), enabled=False, rate_limit=1.5, burst=3, version=7),
        source(retiring_key="wk_BBBBBBBBBBBBBBBBBBBBBB", retires_at=5),
    ],
)
def test_a_stored_record_is_read_back_unchanged(stored: Source) -> None:
    assert from_record(Source, to_record(stored)) == stored
