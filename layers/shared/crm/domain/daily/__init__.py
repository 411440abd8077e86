"""Daily counts of a log, by the day of the key: blocks of days in a compact binary form, inline or in pages."""
