"""Views of merges, duplicates and conflicts."""

from typing import Any, TypedDict

from crm.domain.views.consents import ConsentView
from crm.domain.views.profiles import IdentityView, ProfileCardView, ProfileView, TotalsView


class SourcedValueView(TypedDict):
    """A value and the profile that it comes from."""

    value: Any
    profile_id: str
    at: str


class AttributeConflictView(TypedDict):
    """An attribute that has different values on the profiles."""

    attribute: str
    kept: SourcedValueView
    lost: list[SourcedValueView]


class MergePreviewView(TypedDict):
    """A preview of the merged profile."""

    id: str
    kind: str
    attributes: dict[str, SourcedValueView]
    conflicts: list[AttributeConflictView]
    tags: list[str]
    lists: list[str]
    classes: list[str]
    responsible: str | None
    consents: dict[str, ConsentView]
    identities: list[IdentityView]
    totals: TotalsView | None
    hidden: str | None


MergedView = ProfileView | MergePreviewView


class UnmergedView(TypedDict):
    """Both profiles after the unmerge; null for one that the API key cannot see."""

    profile: ProfileView | None
    unmerged: ProfileView | None


class ClaimedByView(TypedDict):
    """A person who claims the identity but does not own it."""

    profile_id: str
    identity: IdentityView
    since: str
    trust: str


class ConflictView(TypedDict):
    """An identity whose owner has to be decided by hand."""

    identity: IdentityView
    reason: str
    profile_id: str
    owner: str | None
    claimers: list[ClaimedByView]


class ConflictPageView(TypedDict):
    """A page of open conflicts."""

    conflicts: list[ConflictView]
    next_cursor: str | None


class SettledIdentityView(TypedDict):
    """A settled identity and its owner."""

    identity: IdentityView
    owner: str


class NotSettledView(TypedDict):
    """An identity that remains in conflict, and the reason."""

    identity: IdentityView
    code: str
    message: str


class SettledConflictsView(TypedDict):
    """The result of settling conflicts."""

    settled: list[SettledIdentityView]
    failed: list[NotSettledView]
    more: bool


class DuplicateCandidateView(TypedDict):
    """A profile that may be the same person."""

    profile: ProfileCardView
    reasons: list[str]
    score: float
    canonical: str


class CandidatesView(TypedDict):
    """Possible duplicates, the likeliest first."""

    candidates: list[DuplicateCandidateView]
