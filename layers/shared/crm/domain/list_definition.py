"""A list: customers put together under a name, by hand or from a filter."""

from crm.domain.named import GroupNaming, Named

ListDefinition = Named
LISTS = GroupNaming("list")
