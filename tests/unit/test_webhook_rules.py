"""Definitions of webhooks: valid names, addresses, events and segments."""

import pytest

from crm.domain.errors import InvalidInputError
from crm.domain.event_types import EVENT_TYPES, SEGMENT_ENTERED
from crm.domain.stored_record import from_record, to_record
from crm.domain.webhooks.addresses import ANY_ADDRESS, PUBLIC_ONLY, is_public_address, valid_url
from crm.domain.webhooks.definition import SEGMENT_ID, Webhook
from crm.domain.webhooks.rules import valid_event_types


def webhook(**changes: object) -> Webhook:
    fields = {
        "id": "whk_0123456789ab",
        "name": "Tool",
        "url": "https://tool.example/hooks",
        "secret": "whsec_new",
        "created_at": 1,
        "updated_at": 1,
    }
    return Webhook(**(fields | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "url",
    [
        "https://tool.example",
        "https://tool.example/hooks?key=a%20b",
        " https://tool.example:8443/hooks ",
        "https://93.184.215.14/",
        "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/",
        "https://xn--bcher-kva.example/",
    ],
)
def test_public_addresses_are_accepted(url: str) -> None:
    assert valid_url(url, PUBLIC_ONLY) == url.strip()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "tool.example",
        "http://tool.example",
        "ftp://tool.example",
        "https://",
        "https:///hooks",
        "https://user@tool.example",
        "https://user:password@tool.example",
        "https://tool.example/#part",
        "https://tool.example\\@10.0.0.1/",
        "https://tool.example/a b",
        "https://tool.example/\r\nx: y",
        "https://bücher.example/",
        "https://tool.example:0x50/",
        "https://tool.example:99999/",
        "https://tool.example:25/",
        "https://localhost/",
        "https://localhost./",
        "https://127.0.0.1/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a9fe:a9fe]/",
        "https://[2002:a9fe:a9fe::1]/",
        "https://[fd00::1]/",
        "https://[fe80::1%25eth0]/",
        "https://[::1/",
        "https://tool.example/" + "x" * 2000,
    ],
)
def test_private_addresses_are_refused(url: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        valid_url(url, PUBLIC_ONLY)
    assert refused.value.details == {"field": "url"}


def test_a_deployment_can_allow_every_address() -> None:
    for url in ("http://127.0.0.1:8080/hooks", "https://10.0.0.1", "http://localhost"):
        assert valid_url(url, ANY_ADDRESS) == url
    for url in ("ftp://10.0.0.1", "http://user@localhost", "http://"):
        with pytest.raises(InvalidInputError):
            valid_url(url, ANY_ADDRESS)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:4700::1111", True),
        ("192.168.0.1", False),
        ("198.18.0.1", False),
        ("255.255.255.255", False),
        ("2001:db8::1", False),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", False),
        ("ff02::1", False),
    ],
)
def test_public_addresses_are_distinguished_from_private_ones(address: str, public: bool) -> None:
    assert is_public_address(address) is public


def test_events_are_deduplicated_and_sorted() -> None:
    assert valid_event_types(["Profile Updated", "Profile Created", "Profile Updated"]) == (
        "Profile Created",
        "Profile Updated",
    )
    with pytest.raises(InvalidInputError) as refused:
        valid_event_types(["Profile Created", "Profile Sold"])
    assert refused.value.details["unknown"] == ["Profile Sold"]


def test_a_webhook_without_events_receives_all() -> None:
    assert all(webhook().wants(event, {SEGMENT_ID: "seg_a"}) for event in EVENT_TYPES)
    assert not webhook(enabled=False).wants(EVENT_TYPES[0], {})


def test_a_webhook_with_events_receives_those_only() -> None:
    narrow = webhook(events=("Profile Created",))
    assert [event for event in EVENT_TYPES if narrow.wants(event, {})] == ["Profile Created"]


def test_segments_filter_segment_events_only() -> None:
    narrow = webhook(segments=("seg_a",))
    assert narrow.wants("Profile Created", {})
    assert narrow.wants(SEGMENT_ENTERED, {SEGMENT_ID: "seg_a"})
    assert not narrow.wants(SEGMENT_ENTERED, {SEGMENT_ID: "seg_b"})


def test_the_old_secret_signs_until_the_grace_period_ends() -> None:
    rotated = webhook(retiring_secret="whsec_old", retires_at=1000)
    assert rotated.secrets(999) == ("whsec_new", "whsec_old")
    assert rotated.secrets(1000) == ("whsec_new",)


def test_a_stored_webhook_is_read_back_unchanged() -> None:
    full = webhook(events=("Profile Created",), segments=("seg_a",), retiring_secret="s", retires_at=3)
    for one in (webhook(), full):
        assert from_record(Webhook, to_record(one)) == one
