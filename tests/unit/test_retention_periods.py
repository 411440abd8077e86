"""Retention periods are in one table, which the code and the template read, and with which the docs agree."""

import re
from pathlib import Path

import pytest

from crm.domain import retention
from infra.cloudformation import ROOT, read_template
from infra.template.sources import HERE

CRM = ROOT / "layers/shared/crm"
RESOURCES = read_template("template.yaml")["Resources"]
PERIODS = {name: value for name, value in vars(retention).items() if name.isupper()}

ROWS = {
    "rejected input": "REJECTED_INPUT_DAYS",
    "counts of rejected input": "REJECTED_COUNTS_DAYS",
    "files dropped for import, and reports on their rejected rows": "IMPORTED_FILES_DAYS",
    "exports, and results of bulk actions": "EXPORTED_FILES_DAYS",
    "working data of jobs in the bucket": "WORKING_FILES_DAYS",
    "files with the data held on a person": "PERSONAL_FILES_DAYS",
    "links to files": "DOWNLOAD_LINK_MINUTES",
    "failed deliveries to webhooks": "FAILED_DELIVERIES_DAYS",
    "recent deliveries to webhooks": "RECENT_DELIVERIES_DAYS",
    "responses to requests with an `Idempotency-Key`": "RESPONSES_DAYS",
    "times of messages that came without one": "FIRST_DELIVERIES_DAYS",
    "when an API key was last used": "KEY_USES_DAYS",
    "places of the newest events of a source: ids and times": "ARRIVALS_DAYS",
    "recent submissions of forms, to recognise repetitions": "SUBMISSIONS_DAYS",
    "states of rate limits": "RATE_LIMITS_DAYS",
    "how far the stream was read for an erased profile": "CONSUMED_ERASURES_DAYS",
    "sources that send more than profiles keep (`left_out`)": "TRUNCATED_SOURCES_DAYS",
    "positions in the daily counts of segments": "COUNT_POSITIONS_DAYS",
    "hashes that count the customers who entered and left segments, and identify no customer": "SEGMENT_CHANGES_DAYS",
    "sizes of segments by day, and how many entered and left": "SEGMENT_HISTORY_DAYS",
    "failed jobs in `GET /v1/health`": "FAILED_JOBS_DAYS",
    "messages in queues and dead-letter queues": "QUEUED_MESSAGES_DAYS",
    "logs, which contain no personal data": "LOGS_DAYS",
}
"""The periods by their names in the first column of docs/limits.md."""

SENTENCES = [
    ("tracking-api.md", "Rejected input is kept for {}", "REJECTED_INPUT_DAYS"),
    ("tracking-api.md", "by a source of that rank, remembered for {}", "FIRST_DELIVERIES_DAYS"),
    ("importing.md", "A file stays in the bucket for {}", "IMPORTED_FILES_DAYS"),
    ("importing.md", "minutes, the file for {}", "IMPORTED_FILES_DAYS"),
    ("importing.md", "The link in `url` is valid for {}", "DOWNLOAD_LINK_MINUTES"),
    ("exporting.md", "The file is deleted after {}", "EXPORTED_FILES_DAYS"),
    ("exporting.md", "by a lifecycle rule after {}", "WORKING_FILES_DAYS"),
    ("bulk.md", "valid for {}; the file", "DOWNLOAD_LINK_MINUTES"),
    ("bulk.md", "the file is kept for {}", "EXPORTED_FILES_DAYS"),
    ("jobs.md", "links to them that are valid for {}", "DOWNLOAD_LINK_MINUTES"),
    ("jobs.md", "`imports/` | {}", "IMPORTED_FILES_DAYS"),
    ("jobs.md", "`imports/reports/` | {}", "IMPORTED_FILES_DAYS"),
    ("jobs.md", "`exports/<job id>/` | {}", "EXPORTED_FILES_DAYS"),
    ("jobs.md", "the end of the job, at the latest {}", "WORKING_FILES_DAYS"),
    ("privacy.md", "leaves no trace in a profile) | {}", "IMPORTED_FILES_DAYS"),
    ("privacy.md", "reports on rejected rows | {}", "IMPORTED_FILES_DAYS"),
    ("privacy.md", "after the person was first seen | {}", "EXPORTED_FILES_DAYS"),
    ("privacy.md", "a link that is valid for {}", "DOWNLOAD_LINK_MINUTES"),
    ("privacy.md", "a lifecycle rule deletes the file after {}", "PERSONAL_FILES_DAYS"),
    ("privacy.md", "came without one are also kept, for {}", "FIRST_DELIVERIES_DAYS"),
    ("privacy.md", "which are kept for {} for idempotent requests", "RESPONSES_DAYS"),
    ("privacy.md", "(events that could not be stored) | {}", "QUEUED_MESSAGES_DAYS"),
    ("privacy.md", "during the erasure | {}", "REJECTED_INPUT_DAYS"),
    ("privacy.md", "under `work/` ([exporting.md](exporting.md)) | {}", "EXPORTED_FILES_DAYS"),
    ("privacy.md", "rejected rows ([importing.md](importing.md)) | {}", "IMPORTED_FILES_DAYS"),
    ("privacy.md", "more than 2,000 jobs in the last {}", "IMPORTED_FILES_DAYS"),
    ("privacy.md", "failed deliveries ([webhooks.md](webhooks.md)) | 14, 3 and {}", "FAILED_DELIVERIES_DAYS"),
    ("../README.md", "the link is valid for {}", "DOWNLOAD_LINK_MINUTES"),
    ("segments.md", "the marks for {}", "SEGMENT_CHANGES_DAYS"),
    ("webhooks.md", "Failed deliveries are kept for {}", "FAILED_DELIVERIES_DAYS"),
    ("api.md", "the API key and the route, for {}", "RESPONSES_DAYS"),
    ("api.md", "Jobs of the last {}", "FAILED_JOBS_DAYS"),
    ("deploy.md", "JSON logs for {}", "LOGS_DAYS"),
    ("runbook.md", "were received up to {}", "QUEUED_MESSAGES_DAYS"),
    ("architecture.md", "for an erased profile, for {}", "CONSUMED_ERASURES_DAYS"),
    ("openapi.json", "Link to the file, valid for {}", "DOWNLOAD_LINK_MINUTES"),
    ("openapi.json", "Links to the files of the job, valid for {}", "DOWNLOAD_LINK_MINUTES"),
    ("openapi.json", "{} is performed once", "RESPONSES_DAYS"),
]
WORDS = {
    "1 days": ("a day", "1 day", "24 hours"),
    "7 days": ("seven days", "a week"),
    "30 days": ("a month",),
}


@pytest.mark.parametrize("period", PERIODS)
def test_the_docs_list_every_period(period: str) -> None:
    table = (ROOT / "docs/limits.md").read_text().partition("## Retention")[2].partition("\n## ")[0]
    rows = dict(re.findall(r"^\| (.+?) \| (\d+ \w+)", table, re.MULTILINE))
    (called,) = [row for row, name in ROWS.items() if name == period]
    assert rows.keys() == ROWS.keys()
    assert re.sub(r"s$", "", rows[called]) == re.sub(r"s$", "", stated(period))


@pytest.mark.parametrize(("page", "sentence", "period"), SENTENCES)
def test_a_page_states_the_period_of_the_table(page: str, sentence: str, period: str) -> None:
    text = re.sub(r"\s+|\*\*", " ", (ROOT / "docs" / page).read_text())
    assert any(sentence.format(way) in text for way in (stated(period), *WORDS.get(stated(period), ())))


def stated(period: str) -> str:
    return f"{PERIODS[period]} {period.rpartition('_')[2].lower()}"


def test_the_retention_of_bucket_queues_and_logs_is_that_of_the_table() -> None:
    rules = RESOURCES["ImportBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    assert {rule["Prefix"]: rule["ExpirationInDays"] for rule in rules if "Prefix" in rule} == {
        "people/": retention.PERSONAL_FILES_DAYS,
        "imports/": retention.IMPORTED_FILES_DAYS,
        "uploads/": retention.IMPORTED_FILES_DAYS,
        "exports/": retention.EXPORTED_FILES_DAYS,
        "work/": retention.WORKING_FILES_DAYS,
    }
    logs = [found for found in RESOURCES.values() if found["Type"] == "AWS::Logs::LogGroup"]
    assert [group["Properties"]["RetentionInDays"] for group in logs] == [retention.LOGS_DAYS] * 2
    queues = {
        name: found["Properties"]["MessageRetentionPeriod"]
        for name, found in RESOURCES.items()
        if found["Type"] == "AWS::SQS::Queue"
    }
    assert queues.pop("DueQueue") == 3600
    assert set(queues.values()) == {retention.QUEUED_MESSAGES_DAYS * 86_400}


@pytest.mark.parametrize("source", sorted(HERE.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_sources_of_the_template_contain_no_literal_periods(source: Path) -> None:
    assert not re.search(r"(?:ExpirationInDays|RetentionInDays): \d", source.read_text())


def test_the_code_contains_no_literal_periods() -> None:
    lengths = re.compile(
        r"(?<!// )\b\d[\d_]* \* (?:DAY_MS|DAY_S|HOUR_MS|86_?400)|86_?400|604_?800|2_?592_?000"
    )
    allowed = {
        "domain/times.py",
        "domain/tracking/client_time.py",
        "api/models/webhooks.py",
        "api/models/access.py",
    }
    found = {
        str(path.relative_to(CRM)) for path in CRM.rglob("*.py") if lengths.search(path.read_text())
    } - allowed
    assert not found, "domain/retention.py lists how long things are kept"
