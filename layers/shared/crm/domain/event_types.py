"""List the types of change events: the `detail-type` on EventBridge, and the events that a webhook can ask for.

The API's model of webhooks reads the list; tests hold docs/changes.md, the glossary and the samples to it.
"""

PROFILE_CREATED = "Profile Created"
PROFILE_RECOGNISED = "Profile Recognised"
PROFILE_UPDATED = "Profile Updated"
PROFILE_LINKED = "Profile Linked"
PROFILE_UNLINKED = "Profile Unlinked"
PROFILE_ID_CHANGED = "Profile Id Changed"
PROFILE_ERASED = "Profile Erased"
CONSENT_PENDING = "Consent Pending"
IDENTITY_CONFLICT = "Identity Conflict"
SEGMENT_ENTERED = "Segment Entered"
SEGMENT_LEFT = "Segment Left"

EVENT_TYPES = (
    PROFILE_CREATED,
    PROFILE_RECOGNISED,
    PROFILE_UPDATED,
    PROFILE_LINKED,
    PROFILE_UNLINKED,
    PROFILE_ID_CHANGED,
    PROFILE_ERASED,
    CONSENT_PENDING,
    IDENTITY_CONFLICT,
    SEGMENT_ENTERED,
    SEGMENT_LEFT,
)
"""All types, in the order of the API document."""

WEBHOOK_TESTED = "Webhook Tested"
"""The type of a test event: one webhook gets it, and EventBridge does not."""
