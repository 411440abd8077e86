"""List retention periods: how long rejected input, the report of an import, an exported file and all else is kept.

In days. The code reads them here, the template by `!Retention NAME` (infra/template), and tests hold the docs to them
(docs/limits.md lists all). Activities are kept for `RetentionDays`, a parameter of the deployment; profiles,
definitions and jobs permanently.
"""

REJECTED_INPUT_DAYS = 30
"""At most: not longer than activities."""

REJECTED_COUNTS_DAYS = 31
"""The counts of rejected input by source and day: of a month."""

IMPORTED_FILES_DAYS = 30
"""Files that were dropped for import, and the reports on their rejected rows."""

EXPORTED_FILES_DAYS = 7
"""Exports, and the results of bulk actions."""

WORKING_FILES_DAYS = 7
"""Working data of jobs in the bucket, if a job did not delete it when it ended."""

PERSONAL_FILES_DAYS = 1
"""What is held on a person, made for one reader."""

DOWNLOAD_LINK_MINUTES = 15
"""The validity of a link to any of these files. In minutes."""

FAILED_DELIVERIES_DAYS = 30
"""Changes that a webhook did not accept."""

RECENT_DELIVERIES_DAYS = 3
"""Deliveries to webhooks with the result of their last attempt."""

RESPONSES_DAYS = 1
"""Responses to requests with an `Idempotency-Key`."""

FIRST_DELIVERIES_DAYS = 30
"""The times of messages that came without one."""

KEY_USES_DAYS = 365
"""When an API key was last used."""

ARRIVALS_DAYS = 1
"""Where the newest events of a source are."""

SUBMISSIONS_DAYS = 1
"""Recent submissions of a form, after the time within which a repetition is the same submission."""

RATE_LIMITS_DAYS = 1
"""A bucket that is full: a missing bucket is a full one."""

CONSUMED_ERASURES_DAYS = 30
"""How far the stream was read for an erased profile."""

TRUNCATED_SOURCES_DAYS = 30
"""Sources that send more than profiles keep, since their last event."""

COUNT_POSITIONS_DAYS = 1
"""How far the customers in a segment, or the changes of a day, were counted."""

SEGMENT_CHANGES_DAYS = 7
"""Hashes that count who entered and left segments, until the numbers of a day are final. They identify no customer."""

SEGMENT_HISTORY_DAYS = 1096
"""The size of each segment by day, and how many entered and left: three years."""

FAILED_JOBS_DAYS = 7
"""How long `GET /v1/health` reports a job that failed."""

QUEUED_MESSAGES_DAYS = 14
"""Messages in queues, and in their dead-letter queues: the longest that SQS offers."""

LOGS_DAYS = 30
"""Logs of functions and of the API."""
