"""Optimistic writes are retried a bounded number of times, and only after a conflict."""

from __future__ import annotations

import pytest

from crm.domain.errors import ConflictError, NotFoundError, VersionConflictError
from crm.storage import backoff
from crm.storage.retry_on_conflict import ATTEMPTS, at_once, retry_on_conflict, with_jitter


class Contended:
    """A write that loses against other writers a number of times."""

    def __init__(self, lost: int) -> None:
        self.lost, self.attempts = lost, 0

    def __call__(self) -> str:
        self.attempts += 1
        if self.attempts <= self.lost:
            raise VersionConflictError(f"conflict {self.attempts}")
        return "written"


@pytest.mark.parametrize("lost", range(ATTEMPTS))
def test_a_write_is_retried_until_it_succeeds(lost: int) -> None:
    write, retries = Contended(lost), list[int]()
    assert retry_on_conflict(write, pause=retries.append) == "written"
    assert write.attempts == lost + 1
    assert retries == list(range(1, lost + 1))


@pytest.mark.parametrize("attempts", [1, 2, ATTEMPTS])
def test_the_last_conflict_is_raised_after_the_last_attempt(attempts: int) -> None:
    write, retries = Contended(ATTEMPTS + 5), list[int]()
    with pytest.raises(VersionConflictError, match=f"conflict {attempts}$"):
        retry_on_conflict(write, attempts=attempts, pause=retries.append)
    assert write.attempts == attempts
    assert len(retries) == attempts - 1


@pytest.mark.parametrize("error", [ConflictError("taken"), NotFoundError("gone"), ValueError("wrong")])
def test_other_errors_are_raised_at_once(error: Exception) -> None:
    attempts = []

    def attempt() -> None:
        attempts.append(1)
        raise error

    with pytest.raises(type(error)):
        retry_on_conflict(attempt, pause=at_once)
    assert len(attempts) == 1


def test_pauses_double_up_to_a_bound_and_are_random() -> None:
    slept = list[float]()
    for retry in range(1, 12):
        backoff.pause(retry, jitter=lambda: 0.5, sleep=slept.append)
    assert slept[:4] == [0.05, 0.1, 0.2, 0.4]
    assert slept[-1] == backoff.MAX_PAUSE_S / 2
    backoff.pause(3, jitter=lambda: 0.0, sleep=slept.append)
    assert slept[-1] == 0


def test_all_pauses_of_a_request_take_less_than_two_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    slept = list[float]()
    monkeypatch.setattr("time.sleep", slept.append)
    with pytest.raises(VersionConflictError):
        retry_on_conflict(Contended(ATTEMPTS), pause=with_jitter)
    assert len(slept) == ATTEMPTS - 1
    assert sum(slept) < 2
