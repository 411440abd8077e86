"""Newcomers find the module that answers their question by the words of the question."""

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CRM = ROOT / "layers/shared/crm"
FUNCTIONS = ROOT / "functions"

MAX_ANSWERS, MAX_FOUND = 5, 25
"""The maximum number of modules that a phrase of the fifteen questions finds, and that a single word finds."""

FIFTEEN_QUESTIONS = [
    ("Where is it decided that the earliest claim wins?", "earliest claim", "domain/claims.py"),
    ("How do I add a consent channel?", "consent channel", "domain/consent.py"),
    ("How do I add a CSV header alias?", "alias", "domain/imports/aliases.py"),
    ("How do I add an operator?", "operator", "domain/operators.py"),
    ("How do I add a condition type?", "condition type", "domain/conditions/compile.py"),
    ("How do I add an API route?", "API route", "api/route.py"),
    ("How do I add an EventBridge event?", "EventBridge", "domain/event_types.py"),
    ("How long is rejected input kept?", "retention", "domain/retention.py"),
    ("How long is the report of an import kept?", "report of an import", "domain/retention.py"),
    ("Why did this profile not update?", "not updated", "domain/stuck.py"),
    ("Where are segments evaluated?", "evaluate segments", "services/projection/evaluate_segments.py"),
    ("Where are two rows about one person found?", "duplicate row", "domain/imports/row_clusters.py"),
    ("Who may see a profile?", "may see", "domain/api_key.py"),
    ("When is a webhook tried again?", "retries of a webhook", "domain/webhooks/schedule.py"),
    ("What does an erasure reach?", "erasure reaches", "services/privacy/erasure_scope.py"),
]
SINGLE_WORDS = [
    ("evaluate", "services/projection/evaluate_segments.py"),
    ("evaluate", "domain/conditions/condition.py"),
    ("duplicate", "domain/duplicates.py"),
    ("duplicate", "domain/imports/row_clusters.py"),
    ("cache", "services/ruleset/ruleset.py"),
    ("cache", "services/definitions/lookup_cache.py"),
    ("cache", "services/imports/people_cache.py"),
    ("retries", "storage/retries.py"),
    ("retries", "domain/webhooks/schedule.py"),
    ("retries", "services/jobs/deliveries.py"),
    ("retries", "services/editing/manual_merge.py"),
    ("authenticate", "services/access/api_keys.py"),
    ("backoff", "storage/retries.py"),
    ("date format", "domain/imports/dates.py"),
    ("dead letter", "services/health/report.py"),
    ("deadline", "services/jobs/deadline.py"),
    ("deduplicate", "domain/tracking/message_id.py"),
    ("double opt-in", "services/consents/confirmations.py"),
    ("dry run", "services/imports/dry_run.py"),
    ("funnel", "domain/conditions/sequences.py"),
    ("GDPR", "services/privacy/__init__.py"),
    ("HMAC", "domain/webhooks/signature.py"),
    ("honeypot", "services/tracking/form_submissions.py"),
    ("idempotency", "services/access/idempotency.py"),
    ("jitter", "domain/webhooks/schedule.py"),
    ("normalise", "domain/identity.py"),
    ("optimistic locking", "services/projection/save_projection.py"),
    ("pagination", "http/cursors.py"),
    ("percentile", "domain/segments/ranking.py"),
    ("permission", "http/permissions.py"),
    ("rate limit", "services/access/rate_limit.py"),
    ("S3", "storage/bucket.py"),
    ("serialize", "domain/stored_profile.py"),
    ("SSRF", "domain/webhooks/addresses.py"),
    ("throttle", "storage/spill.py"),
    ("time zone", "domain/local_days.py"),
    ("transaction", "storage/conditional_append.py"),
    ("trash", "services/editing/profile_edits.py"),
]


@cache
def modules() -> dict[str, str]:
    """Return the name and the docstring of each module, in lower case, by its path."""
    found = {path: path.relative_to(CRM) for path in CRM.rglob("*.py")}
    found |= {path: path.relative_to(ROOT) for path in FUNCTIONS.rglob("*.py")}
    return {str(name): f"{name} {_docstring(path.read_text())}".lower() for path, name in found.items()}


def _docstring(source: str) -> str:
    """Return the docstring of a module without parsing it, since parsing all modules takes a second."""
    begun = re.match(r'"""(.*?)"""', source, re.DOTALL)
    return begun[1] if begun else ""


def search(phrase: str) -> list[str]:
    """Search as `grep -ril` does: return the modules whose name or docstring contains the phrase."""
    return [name for name, text in modules().items() if phrase.lower() in text]


@pytest.mark.parametrize(("question", "phrase", "answer"), FIFTEEN_QUESTIONS)
def test_a_question_is_answered_by_one_search(question: str, phrase: str, answer: str) -> None:
    found = search(phrase)
    assert answer in found, question
    assert len(found) <= MAX_ANSWERS, found


@pytest.mark.parametrize(("word", "answer"), SINGLE_WORDS)
def test_the_usual_term_finds_its_module(word: str, answer: str) -> None:
    found = search(word)
    assert answer in found
    assert len(found) <= MAX_FOUND, found


def test_an_unused_phrase_finds_nothing() -> None:
    assert search("earliest webhook") == []
