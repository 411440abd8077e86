"""A tag: a name that customers are marked with."""

from crm.domain.named import LONGEST_DESCRIPTION, LONGEST_NAME, Named, Naming, folded

__all__ = ["LONGEST_DESCRIPTION", "LONGEST_NAME", "TAGS", "Tag", "folded", "looks_like_id", "valid_name"]

Tag = Named
TAGS = Naming("tag")
looks_like_id, valid_name = TAGS.looks_like_id, TAGS.valid_name
