"""A tag: a name that customers are marked with."""

from crm.domain.named import MAX_DESCRIPTION_LENGTH, MAX_NAME_LENGTH, Named, Naming, folded

__all__ = [
    "MAX_DESCRIPTION_LENGTH",
    "MAX_NAME_LENGTH",
    "TAGS",
    "Tag",
    "folded",
    "looks_like_id",
    "valid_name",
]

Tag = Named
TAGS = Naming("tag")
looks_like_id, valid_name = TAGS.looks_like_id, TAGS.valid_name
