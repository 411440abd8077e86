"""Query parameters of merging."""

from crm.api.filter_values import read_switch
from crm.api.parameters import Parameter

DRY_RUN = Parameter(
    name="dry_run",
    keyword="dry_run",
    description="Only answer what the merged profile would be, and which profile each value comes from.",
    schema={"type": "boolean", "default": False},
    parse=read_switch,
    default=False,
)
