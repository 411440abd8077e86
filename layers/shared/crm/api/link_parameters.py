"""Query parameters of merging and of identity conflicts."""

from crm.api.filter_values import read_switch
from crm.api.parameters import Parameter, choice
from crm.domain.open_conflicts import REASONS

DRY_RUN = Parameter(
    name="dry_run",
    keyword="dry_run",
    description="Only preview the merged profile, and which profile each value comes from.",
    schema={"type": "boolean", "default": False},
    parse=read_switch,
    default=False,
)
IDENTITY_TYPE = Parameter(
    name="type",
    keyword="type",
    description="Only conflicts about identities of this type.",
    schema={"type": "string", "maxLength": 32},
    parse=str,
)
REASON = Parameter(
    name="reason",
    keyword="reason",
    description="Only conflicts of this reason.",
    schema={"type": "string", "enum": list(REASONS)},
    parse=choice(*REASONS),
)
