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
