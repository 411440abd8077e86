"""Merging, unmerging, duplicates."""

from typing import Annotated, Any, Literal

from pydantic import Field, RootModel

from crm.api.models.base import Input, Instant, Output
from crm.api.models.consents import Consent
from crm.api.models.profiles import Identity, Profile, ProfileCard, Totals

MOST_AT_ONCE = 20
_AN_ID = "5d0f3bd4-0b4c-5d63-9d0e-4b3a2f0c7a11"

ProfileId = Annotated[str, Field(min_length=1, max_length=100, examples=[_AN_ID])]


class Merge(Input):
    """Whom to merge into the profile."""

    profiles: list[ProfileId] = Field(
        min_length=1,
        max_length=MOST_AT_ONCE,
        examples=[[_AN_ID]],
        description="Ids of other people, of any member of theirs.",
    )


class SourcedValue(Output):
    """A value and where it comes from."""

    value: Any = Field(description="Null where the attribute was emptied.")
    profile_id: str
    at: Instant


class AttributeConflict(Output):
    """An attribute of which the profiles have different values."""

    attribute: str
    kept: SourcedValue = Field(description="The one said last.")
    lost: list[SourcedValue] = Field(description="Those that would not be shown any more; the newest first.")


class MergePreview(Output):
    """What the merged profile would be."""

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
    totals: Totals | None = Field(description="Null where the activities are hidden.")
    hidden: Literal["processing_consent_missing"] | None


class Merged(RootModel[Profile | MergePreview]):
    """The merged profile; with `dry_run` what it would be."""


class Unmerge(Input):
    """Whom to take out of the profile."""

    profile: ProfileId = Field(description="The id of a member, or under which it was shown before a merge.")


class Unmerged(Output):
    """The two, as they are now; null for one that the API key does not see."""

    profile: Profile | None = Field(description="What stays under the id in the path.")
    unmerged: Profile | None = Field(description="The one that the member belongs to now.")


class ClaimedBy(Output):
    """A person who claims the identity and does not have it."""

    profile_id: str
    identity: Identity = Field(
        description="The stronger identity that a message carried together with this one."
    )
    since: Instant
    trust: Literal["public", "trusted", "by_hand"] = Field(
        description="Where the claim comes from: pages, apps, forms; servers, imports, signed links; edits by hand."
    )


class Conflict(Output):
    """An identity about whose owner somebody has to decide."""

    identity: Identity
    reason: Literal["overruled", "closed", "shared", "joined"] = Field(
        description="`overruled`: another claim is better. `closed`: public sources may not join customers whom others "
        "have established. `shared`: more than ten profiles claim it, so it links none. `joined`: a public source "
        "joined it to a customer of other classes, which hides both from keys that are limited to either."
    )
    profile_id: str = Field(description="The profile that has the identity now.")
    owner: str | None = Field(description="Whose claim won; null where nobody's counts.")
    claimers: list[ClaimedBy] = Field(
        description="Those that lost, the best claim first; at most ten are kept."
    )


class ConflictPage(Output):
    """One page of open conflicts."""

    conflicts: list[Conflict]
    next_cursor: str | None


class NamedIdentity(Input):
    """An identity by its type and value."""

    type: str = Field(min_length=1, max_length=32, examples=["email"])
    value: str = Field(min_length=1, max_length=512, examples=["ada@example.com"])


class Settlement(Input):
    """Whose an identity is."""

    identity: NamedIdentity
    owner: ProfileId = Field(
        description="Who has it now, or one of those who claim it: all others lose for good."
    )


class ConflictFilter(Input):
    """Which open conflicts are meant; what is left out is any."""

    type: str | None = Field(default=None, max_length=32, description="Of the identity.", examples=["email"])
    reason: Literal["overruled", "closed", "shared", "joined"] | None = None


class SettleSome(Input):
    """Conflicts to settle, one by one."""

    conflicts: list[Settlement] = Field(min_length=1, max_length=20)


class SettleFiltered(Input):
    """Keep the present owners in all open conflicts that pass the filter, 20 at a time."""

    filter: ConflictFilter


class SettleConflicts(RootModel[SettleSome | SettleFiltered]):
    """What to settle: named conflicts, or all that pass a filter."""


class SettledIdentity(Output):
    """An identity and whose it is from now on."""

    identity: Identity
    owner: str


class NotSettled(Output):
    """An identity that stays in conflict, and why."""

    identity: Identity
    code: str
    message: str


class SettledConflicts(Output):
    """What was settled."""

    settled: list[SettledIdentity]
    failed: list[NotSettled]
    more: bool = Field(description="Whether there are more that pass the filter: send the request again.")


class Candidate(Output):
    """Somebody who may be the same person."""

    profile: ProfileCard
    reasons: list[str] = Field(
        examples=[["same_phone", "same_name_and_zip"]],
        description="`same_email`, `same_phone`, `same_browser`, `same_<identity type>`, `same_name_and_zip`, "
        "`same_name`, `similar_email`; the strongest first.",
    )
    score: float = Field(ge=0, le=1, description="How much speaks for it: from all reasons together.")
    canonical: str = Field(description="The id of the more complete of the two: merge the other one into it.")


class Candidates(Output):
    """Who may be the same person, the likeliest first."""

    candidates: list[Candidate]
