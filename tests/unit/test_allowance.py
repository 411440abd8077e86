"""The events that a container accepts from its own allowance, and its requests to the bucket."""

from crm.domain.allowance import CREDIT, GOOD_MS, RENEWAL_MS, Allowance

NOW = 1_795_289_400_000


def allowance(credit: int = CREDIT) -> Allowance:
    return Allowance(credit, taken_at=NOW)


def test_a_container_spends_its_credit_before_it_needs_the_bucket() -> None:
    held = allowance()
    assert all(held.spend(1, NOW + number) for number in range(CREDIT))
    assert not held.spend(1, NOW + CREDIT)


def test_spent_credit_is_requested_together_with_the_next_events() -> None:
    held = allowance()
    held.spend(CREDIT, NOW)
    assert held.tokens_needed(3) == CREDIT + 3
    assert held.tokens_to_request(3, NOW + 60_000, most=500) == CREDIT + 3 + (CREDIT + 3) // 12
    assert held.tokens_to_request(3, NOW + 1, most=500) == CREDIT + 3 + 500


def test_unspent_allowance_expires_and_debt_does_not() -> None:
    held = allowance()
    held.grant(500, 1, NOW)
    assert held.spend(400, NOW + GOOD_MS - 1)
    assert not held.spend(CREDIT + 1, NOW + GOOD_MS)
    assert held.spend(CREDIT, NOW + GOOD_MS)
    assert held.tokens_needed(1) == CREDIT + 1


def test_repeated_refusals_double_the_pause_before_the_next_request() -> None:
    held = allowance()
    pauses = []
    for _ in range(5):
        held.close(NOW, NOW)
        pauses.append(held.closed_until - NOW)
    assert pauses == [1_000, 2_000, 4_000, 8_000, 8_000]
    held.close(NOW + 60_000, NOW)
    assert held.closed_until == NOW + 60_000
    held.grant(200, 1, NOW)
    held.close(NOW, NOW)
    assert held.closed_until == NOW + 1_000


def test_the_last_allowance_is_renewed_while_the_bucket_is_unavailable() -> None:
    held, now, let_in = allowance(), NOW, 0
    held.grant(250, 50, now)
    for _ in range(600):  # a minute of ten events every 100 ms
        if held.spend(10, now) or (now >= held.closed_until and held.renew_once(10, now)):
            let_in += 10
        now += 100
    most = (held.granted + CREDIT) * (1 + 60_000 // RENEWAL_MS)
    assert most / 2 < let_in <= most


def test_a_large_batch_during_an_outage_is_accepted_and_repaid() -> None:
    held = allowance()
    assert held.renew_once(2_500, NOW)
    refusals = 0
    while not held.renew_once(1, NOW + RENEWAL_MS * (refusals + 1)):
        refusals += 1
    assert refusals == 2_500 // CREDIT - 1
