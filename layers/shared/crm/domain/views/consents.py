"""Views of consents."""

from typing import TypedDict


class ConsentView(TypedDict):
    """The current state of the consent for one channel and purpose."""

    channel: str
    purpose: str
    state: str
    at: str
    source: str
    expires_at: str | None


class LedgerEntryView(TypedDict):
    """A statement on a consent, as it was made at one moment. Repetitions by an SDK with every event are one entry."""

    key: str
    channel: str
    purpose: str
    state: str
    at: str
    since: str
    times: int
    source: str
    source_name: str | None
    proof: str | None
    expires_at: str | None
    type: str
    activity_id: str
    profile_id: str


class LedgerRowsView(TypedDict):
    """The consents in force, by key, and the statements of a page of their history."""

    consents: dict[str, ConsentView]
    ledger: list[LedgerEntryView]


class ConsentLedgerView(LedgerRowsView):
    """The consents in force, and a page of the history of statements, newest first."""

    next_cursor: str | None


class UnsubscribeLinkView(TypedDict):
    """An unsubscribe link for one person and channel: the address of the page, and the message headers for one-click
    unsubscribing.
    """

    url: str
    headers: dict[str, str]


class ConfirmationLinkView(TypedDict):
    """A link to the page on which an address confirms what a form asked for. Send it to that address only."""

    url: str
    address: str
    consents: list[str]
    expires_at: str
