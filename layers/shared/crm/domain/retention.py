"""Retention periods in days: one table for the code, the template (`!Retention` in infra/template) and the docs."""

FILES_OF_PEOPLE_DAYS = 1
IMPORTED_FILES_DAYS = 30
EXPORTED_FILES_DAYS = 7
WORKING_FILES_DAYS = 7
LOGS_DAYS = 30
QUEUED_DAYS = 14
