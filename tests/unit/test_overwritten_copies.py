"""Data that a copy of a message overwrote is restored: the mark of a resent message, and the first time of receipt."""

from dataclasses import replace

import pytest

from crm.domain.activity import Activity, resent_marks
from crm.domain.overwritten_copies import mark_to_restore, receipt_to_restore
from tests.support.activities import activity, browser, email

FIRST, LATER = 1_000, 2_000


def copy(*, received_at: int = FIRST, kind: str = "web") -> Activity:
    identities = email("jane@example.com"), browser("b-1")
    return activity(*identities, message_id="m-1", received_at=received_at, source_kind=kind)


class TestMarks:
    def test_a_late_copy_restores_the_mark(self) -> None:
        (mark,) = resent_marks(copy())
        assert mark_to_restore(mark, copy()) == mark

    def test_a_copy_of_a_higher_rank_replaces_the_mark(self) -> None:
        (mark,) = resent_marks(copy())
        assert mark_to_restore(mark, copy(kind="server")) is None

    def test_a_mark_replaces_a_copy_and_a_mark(self) -> None:
        (mark,) = resent_marks(copy())
        assert mark_to_restore(copy(), mark) is None
        assert mark_to_restore(mark, mark) is None


class TestReceipts:
    def test_the_receipt_of_the_first_copy_is_restored(self) -> None:
        assert receipt_to_restore(copy(), copy(received_at=LATER)) == FIRST

    def test_an_earlier_copy_needs_no_restoration(self) -> None:
        assert receipt_to_restore(copy(received_at=LATER), copy()) is None
        assert receipt_to_restore(copy(), copy()) is None

    @pytest.mark.parametrize(("old", "new"), [("web", "server"), ("server", "web"), ("server", "server")])
    def test_trusted_sources_claim_by_their_own_time(self, old: str, new: str) -> None:
        assert receipt_to_restore(copy(kind=old), copy(kind=new, received_at=LATER)) is None

    def test_a_message_with_one_identity_needs_no_restoration(self) -> None:
        later = copy(received_at=LATER)
        assert receipt_to_restore(copy(), replace(later, identities=later.identities[:1])) is None
