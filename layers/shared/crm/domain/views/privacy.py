"""Views of the data held on a person."""

from typing import Any, TypedDict

from crm.domain.effect_fields import Effects
from crm.domain.views.jobs import JobView
from crm.domain.views.profiles import IdentityView, ProfileView


class ProcessingConsentView(TypedDict):
    """The person's consent to processing, and whether it is required."""

    required: bool
    granted: bool


class IdentityClaimView(IdentityView):
    """An identity that claims a profile, since when, and whether by hand."""

    at: str
    by_hand: bool


class MemberView(TypedDict):
    """A profile of the person."""

    id: str
    identity: IdentityView | None
    claimed_by: list[IdentityClaimView]


class OmittedPartView(TypedDict):
    """A part of the person that the document does not contain, and the reason."""

    id: str
    identity: IdentityView | None
    reason: str


class HeldActivityView(TypedDict):
    """An activity as it is stored."""

    id: str
    profile_id: str
    type: str
    name: str | None
    original_at: str
    occurred_at: str
    received_at: str
    source: str
    source_kind: str
    identities: list[IdentityView]
    properties: dict[str, Any]
    context: dict[str, Any]
    effects: Effects


class HeldRejectionView(TypedDict):
    """Rejected input that names the person."""

    id: str
    received_at: str
    source: str
    code: str
    message: str
    content: object


class RejectedInputView(TypedDict):
    """Rejected input, and whether all of it was searched."""

    found: list[HeldRejectionView]
    complete: bool


class HeldFileView(TypedDict):
    """A file that contains or may contain data on the person."""

    kind: str
    job: str
    holds_person: str
    expires_at: str


class PersonExportView(TypedDict):
    """All data held on a person."""

    exported_at: str
    processing_consent: ProcessingConsentView
    profile: ProfileView
    members: list[MemberView]
    left_out: list[OmittedPartView]
    memberships: list[dict[str, Any]]
    notes_and_tasks: list[dict[str, Any]]
    erasures: list[JobView]
    activities: list[HeldActivityView]
    rejected_input: RejectedInputView
    files: list[HeldFileView]
    complete: bool
    incomplete: list[str]
