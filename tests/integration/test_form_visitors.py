"""A visitor who floods a form has to wait; other visitors do not."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from crm.domain.errors import RateLimitedError
from crm.domain.forms.definition import Form
from crm.services.access.visitors import SLOTS, admit_visitor, visitor_slot
from crm.services.tracking import form_submissions
from tests.support.gateway import Client
from tests.support.newsletter_form import ADA, NOW, newsletter, post, send

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

DAY_MS = 86_400_000
FLOODER, OTHER = "203.0.113.7", "198.51.100.1"


@pytest.fixture
def form(table: "Table", set_environment: Callable[..., None]) -> Form:
    set_environment(FORM_VISITOR_RATE="3")
    return newsletter()


def refused(form: Form, ip: str, now: int = NOW) -> RateLimitedError:
    with pytest.raises(RateLimitedError) as caught:
        admit_visitor(form.id, ip, now=now)
    return caught.value


def buckets(table: "Table") -> list[dict[str, Any]]:
    return [item for item in table.scan()["Items"] if str(item["pk"]).startswith("L#")]


def test_a_flooding_visitor_is_rate_limited_and_others_are_not(
    client: Client, form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [send(client, form, ADA).status for _ in range(3)] == [200] * 3
    answer = send(client, form, ADA)
    assert (answer.status, answer.body["code"]) == (429, "rate_limited")
    assert "3 times a minute" in answer.body["message"]
    assert 1 <= int(answer.headers["retry-after"]) <= 20
    page = post(client, form)
    assert (page.status, "3 times a minute" in page.body) == (429, True)

    monkeypatch.setattr(
        form_submissions, "admit_visitor", lambda id_, _, now: admit_visitor(id_, OTHER, now=now)
    )
    assert send(client, form, ADA).status == 200


def test_a_rate_limited_visitor_can_send_again_later(form: Form) -> None:
    for _ in range(3):
        admit_visitor(form.id, FLOODER, now=NOW)
    assert refused(form, FLOODER).retry_after == 20
    admit_visitor(form.id, FLOODER, now=NOW + 20_000)


@pytest.mark.moto
def test_a_rate_limited_visitor_causes_no_further_requests(form: Form, table: "Table") -> None:
    for _ in range(3):
        admit_visitor(form.id, FLOODER, now=NOW)
    refused(form, FLOODER)
    table.delete()
    for _ in range(100):
        refused(form, FLOODER)


def test_the_ip_address_is_not_stored(client: Client, form: Form, table: "Table") -> None:
    assert send(client, form, ADA).status == 200
    assert FLOODER not in str(table.scan()["Items"])
    slots = [str(item["pk"]).rpartition("#")[2] for item in buckets(table) if str(item["pk"]).count("#") == 2]
    assert len(slots) == 1
    assert 0 <= int(slots[0]) < SLOTS


def test_buckets_are_limited_and_expire(form: Form, table: "Table") -> None:
    for number in range(200):
        try:
            admit_visitor(form.id, f"10.0.{number // 256}.{number % 256}", now=NOW)
        except RateLimitedError:
            continue
    kept = buckets(table)
    assert 150 < len(kept) < 200, "some share one"
    assert all(NOW / 1000 < int(item["expires_at"]) < NOW / 1000 + 2 * DAY_MS / 1000 for item in kept)


def test_the_slot_of_an_address_changes_every_day(form: Form) -> None:
    assert visitor_slot(FLOODER, NOW) == visitor_slot(FLOODER, NOW + 1)
    assert len({visitor_slot(FLOODER, NOW + day * DAY_MS) for day in range(20)}) > 15


def test_an_ipv6_network_is_one_visitor(form: Form) -> None:
    for host in ("1", "2", "ffff:1:2"):
        admit_visitor(form.id, f"2001:db8:0:7::{host}", now=NOW)
    refused(form, "2001:db8:0:7::4")
    admit_visitor(form.id, "2001:db8:0:8::1", now=NOW)
    admit_visitor(form.id, "no address", now=NOW)


@pytest.mark.moto
def test_each_container_applies_the_limit_while_the_table_is_unavailable(form: Form, table: "Table") -> None:
    table.delete()
    for _ in range(3):
        admit_visitor(form.id, FLOODER, now=NOW)
    assert refused(form, FLOODER).retry_after == 20
