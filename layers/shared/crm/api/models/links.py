"""Merging, unmerging, duplicates and identity conflicts."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Discriminator, Field, RootModel, Tag

from crm.api.models.base import Input, Instant, Output, Properties
from crm.api.models.consents import Consent
from crm.api.models.profiles import Identity, Profile, ProfileCard, Totals

_MAX_AT_ONCE = 20
_AN_ID = "5d0f3bd4-0b4c-5d63-9d0e-4b3a2f0c7a11"

ProfileId = Annotated[str, Field(min_length=1, max_length=100, examples=[_AN_ID])]


class Merge(Input):
    """The profiles to merge into the profile."""

    EXAMPLE: ClassVar[Properties] = {"profiles": ["c8718764-05b2-5341-9db4-9cee0cc49225"]}

    profiles: list[ProfileId] = Field(
        min_length=1,
        max_length=_MAX_AT_ONCE,
        examples=[[_AN_ID]],
        description="Ids of other people; the id of any member is accepted.",
    )


class SourcedValue(Output):
    """A value and the profile that it comes from."""

    value: Any = Field(description="Null if the attribute was cleared.")
    profile_id: str
    at: Instant


class AttributeConflict(Output):
    """An attribute that has different values on the profiles."""

    attribute: str
    kept: SourcedValue = Field(description="The value that was set last.")
    lost: list[SourcedValue] = Field(description="The values that would no longer be shown, newest first.")


class MergePreview(Output):
    """A preview of the merged profile."""

    id: str
    kind: Literal["recognised", "anonymous"]
    attributes: dict[str, SourcedValue]
    conflicts: list[AttributeConflict]
    tags: list[str]
    lists: list[str]
    classes: list[str]
    responsible: str | None
    consents: dict[str, Consent]
    identities: list[Identity]
    totals: Totals | None = Field(description="Null if the activities are hidden.")
    hidden: Literal["processing_consent_missing"] | None


class Merged(RootModel[Profile | MergePreview]):
    """The merged profile; with `dry_run`, a preview of it."""


class Unmerge(Input):
    """The member to remove from the profile."""

    EXAMPLE: ClassVar[Properties] = {"profile": "c8718764-05b2-5341-9db4-9cee0cc49225"}

    profile: ProfileId = Field(
        description="The id of a member, or an id under which it was shown before a merge."
    )


class Unmerged(Output):
    """Both profiles after the unmerge; null for one that the API key cannot see."""

    profile: Profile | None = Field(description="The profile that keeps the id in the path.")
    unmerged: Profile | None = Field(description="The profile that the member belongs to now.")


class ClaimedBy(Output):
    """A person who claims the identity but does not own it."""

    profile_id: str
    identity: Identity = Field(
        description="The stronger identity that was sent in the same message as this one."
    )
    since: Instant
    trust: Literal["public", "trusted", "by_hand"] = Field(
        description=(
            "Rank of the claim: `public` (pages, apps, forms), `trusted` (servers, imports, signed links) or "
            "`by_hand`."
        )
    )


class Conflict(Output):
    """An identity whose owner has to be decided by hand."""

    identity: Identity
    reason: Literal["overruled", "closed", "shared", "joined"] = Field(
        description=(
            "`overruled`: another claim takes precedence. `closed`: public sources cannot join customers that other "
            "sources have established. `shared`: more than ten profiles claim the identity, so it links none. "
            "`joined`: a public source joined the identity to a customer of other classes, which hides both from keys "
            "that are limited to either."
        )
    )
    profile_id: str = Field(description="The profile that owns the identity now.")
    owner: str | None = Field(description="The person whose claim won; null if no claim counts.")
    claimers: list[ClaimedBy] = Field(
        description="The claims that lost, the one that ranks best first; at most ten."
    )


class ConflictPage(Output):
    """A page of open conflicts."""

    conflicts: list[Conflict]
    next_cursor: str | None


class NamedIdentity(Input):
    """An identity, as type and value."""

    type: str = Field(min_length=1, max_length=32, examples=["email"])
    value: str = Field(min_length=1, max_length=512, examples=["ada@example.com"])


class Settlement(Input):
    """The decision about the owner of an identity."""

    identity: NamedIdentity
    owner: ProfileId = Field(
        description="The present owner, or one of the claimants. All other claims lose permanently."
    )


class ConflictFilter(Input):
    """Selects open conflicts. An omitted field matches any value."""

    type: str | None = Field(
        default=None, max_length=32, description="Type of the identity.", examples=["email"]
    )
    reason: Literal["overruled", "closed", "shared", "joined"] | None = None


class SettleSome(Input):
    """Settles the named conflicts."""

    conflicts: list[Settlement] = Field(min_length=1, max_length=20)


class SettleFiltered(Input):
    """Keeps the present owner in all open conflicts that match the filter, 20 per request."""

    filter: ConflictFilter


def _named_or_filtered(value: Any) -> str:
    filtered = isinstance(value, SettleFiltered) or (isinstance(value, dict) and "filter" in value)
    return "<filtered>" if filtered else "<named>"


class SettleConflicts(
    RootModel[
        Annotated[
            Annotated[SettleSome, Tag("<named>")] | Annotated[SettleFiltered, Tag("<filtered>")],
            Discriminator(_named_or_filtered),
        ]
    ]
):
    """The conflicts to settle: named ones, or all that match a filter."""

    EXAMPLE: ClassVar[Properties] = {"filter": {"type": "email"}}


class SettledIdentity(Output):
    """A settled identity and its owner."""

    identity: Identity
    owner: str


class NotSettled(Output):
    """An identity that remains in conflict, and the reason."""

    identity: Identity
    code: str
    message: str


class SettledConflicts(Output):
    """The result of settling conflicts."""

    settled: list[SettledIdentity]
    failed: list[NotSettled]
    more: bool = Field(description="Whether more conflicts match the filter. If so, send the request again.")


class DuplicateCandidate(Output):
    """A profile that may be the same person."""

    profile: ProfileCard
    reasons: list[str] = Field(
        examples=[["same_phone", "same_name_and_zip"]],
        description=(
            "`same_email`, `same_phone`, `same_browser`, `same_<identity type>`, `same_name_and_zip`, `same_name`, "
            "`similar_email`; the strongest reason first."
        ),
    )
    score: float = Field(ge=0, le=1, description="The likelihood, computed from all reasons together.")
    canonical: str = Field(
        description="The id of the more complete profile of the two. Merge the other one into it."
    )


class Candidates(Output):
    """Possible duplicates, the likeliest first."""

    candidates: list[DuplicateCandidate]
