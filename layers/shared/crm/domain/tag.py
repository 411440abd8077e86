"""A tag: a name that customers are marked with."""

from crm.domain.named import MAX_DESCRIPTION_LENGTH, MAX_NAME_LENGTH, GroupNaming, Named, folded_name

__all__ = [
    "MAX_DESCRIPTION_LENGTH",
    "MAX_NAME_LENGTH",
    "TAG_NAMING",
    "Tag",
    "folded_name",
    "valid_tag_name",
]

Tag = Named
TAG_NAMING = GroupNaming("tag")
valid_tag_name = TAG_NAMING.valid_name
