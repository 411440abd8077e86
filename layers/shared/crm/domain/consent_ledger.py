"""The consent ledger: the history of a person's consents, newest first."""

from collections.abc import Iterator

from crm.domain.consent import consent_view
from crm.domain.effect_fields import CONSENTS
from crm.domain.effects import consents_in
from crm.domain.fold_rules import FoldRules
from crm.domain.json_text import encode
from crm.domain.timeline import TimelineEntry
from crm.domain.views.consents import LedgerEntryView

ConsentRow = LedgerEntryView


def rows_of(entry: TimelineEntry, rules: FoldRules) -> Iterator[ConsentRow]:
    """Yield the consents that one activity set, by key, as they were set then."""
    activity = entry.activity
    for key, value in sorted(consents_in(activity, rules).items()):
        yield {
            **consent_view(key, value, 0),
            "key": key,
            "state": value["state"],
            "source_name": None,
            "proof": value.get("proof"),
            "since": value["at"],
            "times": 1,
            "type": activity.type,
            "activity_id": activity.message_id,
            "profile_id": entry.profile_id,
        }


def is_repeated(entry: TimelineEntry, key: str) -> bool:
    """Return whether an SDK only repeats this consent, as it does with every event."""
    return key not in (entry.activity.effects or {}).get(CONSENTS, {})


class LedgerPage:
    """The rows of one page, at most `limit` and about `size` bytes. Repetitions by an SDK are one row while the state
    stays.

    Its `at` is the last repetition, `since` the first, `times` their number, as far as this page reads.
    """

    def __init__(self, limit: int, size: int) -> None:
        self.rows: list[ConsentRow] = []
        self._limit = limit
        self._room = size
        self._runs: dict[str, dict[str, ConsentRow]] = {}

    def take(self, row: ConsentRow, *, repeated: bool) -> bool:
        """Add a row, newest first, and return whether there was room for it."""
        run = self._runs.setdefault(row["key"], {})
        held = run.get(row["source"]) if repeated else None
        if held and held["state"] == row["state"]:
            held["since"], held["times"] = row["at"], held["times"] + 1
            return True
        if len(self.rows) == self._limit or self._room <= 0:
            return False
        self.rows.append(row)
        self._room -= len(encode(row))
        if not repeated or any(other["state"] != row["state"] for other in run.values()):
            run.clear()
        if repeated:
            run[row["source"]] = row
        return True
