"""Convert a filter of the list of customers into the condition of a segment. Nothing is stored."""

from typing import Any

from crm.domain.commands.segments import ConditionJson
from crm.domain.conditions.list_filters import segment_condition_of
from crm.services.ruleset import ruleset
from crm.services.segments.condition_validation import read_condition
from crm.services.segments.segments import finder
from crm.services.segments.views import with_names


def condition_of_filter(filter: dict[str, Any]) -> ConditionJson:
    """Return the condition that selects the same customers, with names of tags and lists, as a segment shows it.

    Raises InvalidInputError for a filter that no condition expresses, and for tags, lists and segments that do not
    exist.
    """
    condition = segment_condition_of(filter)
    return with_names(read_condition(condition, finder(ruleset.read_draft())))
