"""Suggest allowed values for a value that a field does not accept."""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from crm.domain.operators import BETWEEN, NUMERIC
from crm.http.places import MAX_NAME_IN_PATH_LENGTH, PathStep, within

_MAX_SUGGESTED = 2
_ALIKE = 0.7
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'")
_NUMERIC = (*NUMERIC, BETWEEN)
_OF_ANY_VALUE = {"first", "last"}
"""Functions of events whose result is not always a number."""

# Names in other products by our value, compared without regard to case, spaces and underscores.
_SYNONYMS: dict[str, str] = {
    "equals": "is eq = == === $eq equal equal_to exactly matches",
    "not_equals": "is_not ne neq != <> $ne not_equal isnt does_not_equal",
    "greater": "> gt $gt greater_than more_than above over",
    "less": "< lt $lt less_than fewer_than below under",
    "at_least": ">= gte $gte ge greater_than_or_equal greater_or_equal min minimum",
    "at_most": "<= lte $lte le less_than_or_equal less_or_equal max maximum",
    "one_of": "in $in any any_of is_any_of in_list includes",
    "not_one_of": "not_in $nin nin none_of is_none_of",
    "contains": "like ilike has include $regex regex substring",
    "not_contains": "not_like does_not_contain excludes",
    "starts_with": "begins_with prefix beginswith",
    "ends_with": "suffix",
    "empty": "not_exists is_empty is_null null missing not_set is_unknown unknown",
    "not_empty": "exists $exists is_set set is_not_null known is_known has_any_value",
    "between": "range in_range from_to is_between",
    "less_than_days_ago": "within_last in_last in_the_last within_days last_days within",
    "more_than_days_ago": "older_than not_within_last not_in_last before_days greater gt >",
    "less_than_days_ahead": "within_next in_next in_the_next next_days upcoming",
    "on": "equals eq = is exactly",
    "after": "> gt since",
    "before": "< lt until",
    "sum": "total amount revenue",
    "average": "avg mean",
    "min": "minimum smallest lowest",
    "max": "maximum largest highest",
    "count": "times number occurrences frequency",
    "distinct_values": "unique distinct unique_values distinct_count cardinality",
    "distinct_days": "unique_days active_days days",
    "date": "birthday anniversary date_property last_seen lifecycle",
    "granted": "subscribed opted_in optin yes true given active",
    "denied": "unsubscribed opted_out optout no false revoked withdrawn",
    "missing": "never_subscribed unknown none empty",
    "last_transaction": "last_order last_purchase last_order_date last_bought",
    "last_seen": "last_active last_activity last_visit updated_at",
    "created": "created_at signup signup_date first_seen registered",
    "recognised": "recognized known identified customer user",
    "anonymous": "unknown visitor unidentified",
    "event": "track behavior behavioral behaviour activity action metric purchase order profilemetric "
    "performed did has_done",
    "never": "not_event did_not has_not has_not_done not_performed no_event",
    "attribute": "trait property field custom_attribute profile user profile_property user_property "
    "person_property contact_property",
    "segment": "in_segment cohort audience group segment_membership",
    "list": "in_list list_membership profilegroupmembership static_list array",
    "consent": "profilemarketingconsent subscription subscribed opt_in",
    "sequence": "funnel then followed_by journey",
    "stopped": "lapsed inactive churned",
    "value": "aggregate score expression computed calculated",
    "and": "all $and must every && intersection",
    "or": "any $or should some || union",
    "not": "none $not must_not exclude ! nor",
    "number": "int integer float decimal numeric money currency double",
    "text": "string str varchar email phone url",
    "boolean": "bool flag checkbox yes_no",
    "choice": "enum select option dropdown picklist enumeration",
    "datetime": "timestamp date_time time instant",
    "xlsx": "excel xls spreadsheet workbook",
    "jsonl": "json ndjson json_lines",
    "add_tags": "tag add_tag tags",
    "remove_tags": "untag remove_tag",
    "set_attributes": "update set edit set_attribute update_attributes",
}


def allowed_in(expected: str) -> list[str]:
    """Return the values that pydantic lists as expected: `'a', 'b' or 'c'`."""
    return _QUOTED.findall(expected)


def value_advice(allowed: Sequence[str], path: Sequence[PathStep], body: Any) -> str:
    """Return the message for a value that is not one of those allowed at the path."""
    *above, field = path
    owner = body
    for step in above:
        owner = within(owner, step)
    fitting = [one for one in allowed if one in _fitting(allowed, field, owner)]
    near = near_values(within(owner, field), fitting)
    suggestion = f"Did you mean {' or '.join(f'`{one}`' for one in near)}? " if near else ""
    return f"Unknown value. {suggestion}Must be one of {format_choices(fitting)}"


def near_values(sent: Any, allowed: Sequence[str]) -> list[str]:
    """Return the allowed values that are closest to the one sent, the likeliest first."""
    if not isinstance(sent, str) or not 0 < len(sent) <= MAX_NAME_IN_PATH_LENGTH:
        return []
    wanted = _plain(sent)
    spelled = {_plain(one): one for one in allowed}
    if wanted in spelled:
        return [spelled[wanted]]
    if synonymous := [one for one in allowed if wanted in map(_plain, _SYNONYMS.get(one, "").split())]:
        return synonymous[:_MAX_SUGGESTED]
    return [spelled[one] for one in get_close_matches(wanted, spelled, _MAX_SUGGESTED, _ALIKE)]


def format_choices(values: Sequence[str]) -> str:
    """Format values as `a`, `b` or `c`."""
    quoted = [f"`{value}`" for value in values]
    return " or ".join([", ".join(quoted[:-1]), quoted[-1]]) if len(quoted) > 1 else "".join(quoted)


def _fitting(allowed: Sequence[str], field: PathStep, owner: Any) -> Sequence[str]:
    """Restrict the operators of a count or a sum to those that compare numbers."""
    if field != "operator" or not isinstance(owner, dict) or owner.get("type") != "event":
        return allowed
    return allowed if owner.get("function") in _OF_ANY_VALUE else _NUMERIC


def _plain(text: str) -> str:
    return re.sub(r"[\s_.-]+", "", text.casefold())
