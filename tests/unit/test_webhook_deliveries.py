"""Deliveries of webhooks: content, signature, retries, and the record of a failed delivery."""

import base64
import json
import time

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from crm.domain.stored_record import from_record, to_record
from crm.domain.webhooks.delivery import DeadDelivery, Result, is_delivery_id
from crm.domain.webhooks.event import event_of
from crm.domain.webhooks.schedule import DELIVERY_ATTEMPTS, MAX_WAIT_S, WAITS_S, retry_after_s, wait_s
from crm.domain.webhooks.signature import signed_headers

AT = 1_795_289_400_000
OLD, NEW = (f"whsec_{base64.b64encode(bytes([number]) * 32).decode()}" for number in (1, 2))
DETAIL = {"id": "p-1:7:Profile Updated", "profile_id": "p-1", "version": 7, "attributes": ["größe"]}
EVENT = event_of("Profile Updated", DETAIL, AT)


def test_the_body_follows_standard_webhooks() -> None:
    assert json.loads(EVENT.body()) == {
        "id": EVENT.id,
        "type": "Profile Updated",
        "timestamp": "2026-11-21T19:30:00.000Z",
        "data": DETAIL,
    }


def test_the_id_of_a_delivery_is_stable_and_fits_a_header() -> None:
    assert event_of("Profile Updated", dict(DETAIL), AT + 1).id == EVENT.id
    assert event_of("Profile Updated", DETAIL | {"id": "p-1:8:Profile Updated"}, AT).id != EVENT.id
    assert EVENT.id.removeprefix("evt_").isalnum()


@pytest.mark.parametrize("secret", [OLD, NEW])
def test_signatures_are_verified_by_the_standard_library(secret: str) -> None:
    headers = signed_headers((NEW, OLD), EVENT.id, int(time.time()), EVENT.body())
    assert Webhook(secret).verify(EVENT.body(), headers) == EVENT.content()


def test_a_changed_delivery_fails_verification() -> None:
    headers = signed_headers((NEW,), EVENT.id, int(time.time()), EVENT.body())
    for secret, body, changed in (
        (OLD, EVENT.body(), {}),
        (NEW, EVENT.body() + b" ", {}),
        (NEW, EVENT.body(), {"webhook-id": "evt_other"}),
    ):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body, headers | changed)


def test_the_signature_equals_the_published_example() -> None:
    """The example is that of the specification's libraries."""
    headers = signed_headers(
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_delivery_is_retried_for_about_a_day() -> None:
    assert len(WAITS_S) + 1 == DELIVERY_ATTEMPTS
    assert list(WAITS_S) == sorted(WAITS_S)
    assert 20 * 3600 < sum(WAITS_S) < 28 * 3600


@pytest.mark.parametrize("attempt", range(1, DELIVERY_ATTEMPTS))
def test_a_retry_delay_is_jittered_and_within_the_limit_of_sqs(attempt: int) -> None:
    shortest, longest = wait_s(attempt, 0), wait_s(attempt, 1)
    assert 0 < shortest < WAITS_S[attempt - 1] < longest < 43_200


def test_retry_after_extends_the_delay_within_bounds() -> None:
    assert wait_s(1, 0.5) == 10
    assert wait_s(1, 0.5, 3) == 10
    assert wait_s(1, 0.5, 300) == 300
    assert wait_s(1, 0.5, 10**9) == MAX_WAIT_S


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("Sat, 21 Nov 2026 19:31:00 GMT", 60),
        ("Sat, 21 Nov 2026 19:29:00 GMT", 0),
        ("9" * 400, 999_999_999),
        ("soon", None),
        ("-1", None),
        ("²", None),
        ("", None),
        (None, None),
    ],
)
def test_the_retry_after_header_is_parsed(text: str | None, seconds: int | None) -> None:
    assert retry_after_s(text, AT) == seconds


def test_only_statuses_of_2xx_count_as_delivered() -> None:
    assert all(Result(status=status).delivered for status in (200, 202, 204))
    assert not any(Result(status=status).delivered for status in (199, 301, 400, 410, 500))
    assert not Result(error="timeout").delivered


def test_a_dead_delivery_is_read_back_unchanged_and_sorted_by_time() -> None:
    given_up = DeadDelivery(
        event=EVENT, attempts=11, status=503, error=None, first_attempt_at=AT, died_at=AT + 1
    )
    assert from_record(DeadDelivery, json.loads(json.dumps(to_record(given_up)))) == given_up
    later = DeadDelivery(
        event=event_of("Profile Updated", {"id": "0"}, AT + 1),
        attempts=1,
        status=None,
        error="gone",
        first_attempt_at=AT,
        died_at=AT,
    )
    assert is_delivery_id(given_up.id)
    assert given_up.id < later.id
    assert given_up.expires_at == AT + 1 + 30 * 86_400_000
