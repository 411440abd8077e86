"""Consents of rows: the combined meaning of all cells about them, and since when."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from crm.domain.consent import DENIED, GRANTED, MAX_PROOF_LENGTH
from crm.domain.consent_fields import SINCE, ConsentEffect
from crm.domain.exports.cells import as_typed
from crm.domain.imports.aliases import is_a_status, is_agreement, is_listed, keys_of
from crm.domain.imports.cells import CachedReader
from crm.domain.imports.column_aliases import is_only_a_part
from crm.domain.imports.consent_words import (
    NO,
    concerns_subscription,
    consent_meaning,
    is_generic,
    read_consent,
)
from crm.domain.imports.dates import DateReader, is_in_doubt, is_undated
from crm.domain.imports.parsed_column import UNREADABLE_CONSENT, Consents, Fill, ParsedColumn
from crm.domain.imports.plan import Column, ReadPlan
from crm.domain.imports.target import CONSENT, Target
from crm.domain.imports.unread_words import report_word
from crm.domain.times import iso

_REASON = re.compile(r"[2-9]", re.ASCII)
"""A number that some systems write as the reason why a customer must not be contacted."""

_NOTHING = frozenset({"[]", "{}", "0/0/0000"})
"""Texts of programs for an empty list, or for no date."""


class _CellMeaning(NamedTuple):
    """The meaning of one cell. `since` in epoch ms; `proof`: the cell, where it is more than a word."""

    state: str | None
    since: int | None = None
    proof: str | None = None


class _RowConsents(NamedTuple):
    """The consents of one row, and its unreadable cells: `Status: Archived`."""

    consents: Consents
    unread: tuple[str, ...]


_NO_STATEMENT = _CellMeaning(None)
_NO_CONSENTS = _RowConsents({}, ())


def consent_fillers(plan: ReadPlan) -> Iterator[Fill]:
    """Yield fillers for columns about consents, and for those that are named so but kept as attributes."""
    columns = [_ConsentColumn.of(column, column.target) for column in plan.filling(CONSENT)]
    kept = [_ConsentColumn.of(column, column.consent) for column in plan.columns if column.consent]
    if columns or kept:
        yield _filler(plan, [*columns, *kept])


@dataclass(frozen=True, slots=True)
class _ConsentColumn:
    """A column about the consent `target`.

    `only_of_subscription`: it is kept as an attribute, and may hold anything. `reads_words`: any text in it is a
    refusal, as the time or the reason of an unsubscription is. `ignores_no`: a no in it is written for everyone
    who was never asked. `wording`: the agreement's wording.
    """

    column: Column
    target: Target
    only_of_subscription: bool
    reads_words: bool
    ignores_no: bool
    wording: str | None

    @classmethod
    def of(cls, column: Column, target: Target) -> "_ConsentColumn":
        """Make the column for a target."""
        keys = keys_of(column.name)
        denies = target.yes == DENIED
        return cls(
            column,
            target,
            only_of_subscription=target != column.target and is_a_status(column.name),
            reads_words=denies and any(is_listed(key, "opt_out_details") for key in keys),
            ignores_no=not denies and any(is_listed(key, "silent_no") for key in keys),
            wording=column.name if is_agreement(column.name) else None,
        )

    @property
    def is_loose(self) -> bool:
        """Return whether only a part of its name concerns a consent, so that other words in it are ignored."""
        return is_only_a_part(self.column.name)

    @property
    def is_kept(self) -> bool:
        """Return whether its cells are an attribute, too."""
        return self.target != self.column.target

    def read(self, cell: str, dates: DateReader) -> _CellMeaning:
        """Read a cell. Raises ValueError if it is unreadable."""
        text = cell.strip()
        known = consent_meaning(text)
        if not text or (known == NO and self.ignores_no):
            return _NO_STATEMENT
        if self.only_of_subscription and not concerns_subscription(text):
            return _NO_STATEMENT
        if known in (GRANTED, DENIED) and is_generic(text) and not self.column.about_a_list:
            raise ValueError(text)
        if self.target.yes == DENIED and _REASON.fullmatch(text) and not self.is_loose:
            return _CellMeaning(DENIED, proof=f"{self.column.name}: {text}")
        if known is not None:
            return _CellMeaning(read_consent(text, self.target), proof=self.wording)
        since = _instant(text, dates)
        is_value = since is not None or not any(map(str.isalpha, text))
        if is_undated(text) or text in _NOTHING or (self.is_kept and (is_value or self.is_loose)):
            return _NO_STATEMENT
        if self.target.yes == DENIED and (self.reads_words or since is not None or is_in_doubt(dates, text)):
            return _CellMeaning(DENIED, since, f"{self.column.name}: {text}")
        raise ValueError(text)


def _instant(text: str, dates: DateReader) -> int | None:
    """Return when a consent was given, if the text is a time in the past."""
    try:
        instant = dates.instant_since_1970(text)
    except ValueError:
        return None
    is_to_come = dates.today is not None and iso(instant)[: len("2026-11-21")] > dates.today.isoformat()
    return None if is_to_come else instant


def _filler(plan: ReadPlan, columns: Sequence[_ConsentColumn]) -> Fill:
    """Return a filler of effects by key: those of all rows, replaced by those of the cells."""

    def read(cells: tuple[str, ...]) -> _RowConsents:
        words: dict[str, list[_CellMeaning]] = {}
        unread: list[str] = []
        for column, cell in zip(columns, cells, strict=True):
            try:
                word = column.read(as_typed(cell), plan.dates)
            except ValueError:
                unread.append(report_word(column.column.name, cell))
                continue
            if word.state:
                words.setdefault(column.target.name or "", []).append(word)
        effects = dict(plan.consents)
        for key, key_words in words.items():
            effect = _together(key_words)
            # The mapping's consent may have a proof: a cell with the same state does not replace it.
            if key not in effects or effects[key]["state"] != effect["state"]:
                effects[key] = effect
        return _RowConsents(effects, tuple(unread))

    known = CachedReader(read)
    indexes = [column.column.index for column in columns]

    def fill(found: ParsedColumn) -> None:
        cells = list(zip(*(found.columns[index] for index in indexes), strict=True))
        all_ = [known[each] or _NO_CONSENTS for each in cells]
        found.consents = [consents for consents, _ in all_]
        if any(each.unread for each in known.values() if each):
            for _, unread in all_:
                _report_unread(found, unread)
        known.trim()

    return fill


def _together(words: Sequence[_CellMeaning]) -> ConsentEffect:
    """Combine the meanings: a refusal prevails, since its first time, with all its proofs."""
    state = DENIED if any(word.state == DENIED for word in words) else GRANTED
    counting = [word for word in words if word.state == state]
    effect: ConsentEffect = {"state": state}
    if times := [word.since for word in counting if word.since is not None]:
        effect[SINCE] = iso(min(times))
    if proofs := [word.proof for word in counting if word.proof]:
        effect["proof"] = "; ".join(proofs)[:MAX_PROOF_LENGTH]
    return effect


def _report_unread(found: ParsedColumn, unread: Sequence[str]) -> None:
    if unread:
        found.warn(UNREADABLE_CONSENT, 1)
        found.unread.update(unread)
