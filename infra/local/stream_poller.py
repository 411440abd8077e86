"""Patch the emulator to deliver streams to functions as Lambda does: several batches in parallel, independent of
queues.

Its own poller delivers one batch at a time, of all streams and in the order of the table, and polls no queue meanwhile:
after an import of 20,000 rows a new event waited for minutes. It also treats `batchItemFailures` as success.
"""

import json
import re
import time
from collections.abc import Iterator
from typing import Any

from infra.local.stream_reader import Batch, Entry, StreamReader, records_in

BACKOFF_S = 1.0
MAX_AT_ONCE = 1_000
"""Maximum records to read in one poll of the stream."""


class StreamPoller:
    """A poller of streams. `dynamodb` and `lambdas` are the emulator's modules."""

    def __init__(self, dynamodb: Any, lambdas: Any) -> None:
        self.dynamodb, self.lambdas = dynamodb, lambdas
        self.readers: dict[str, StreamReader] = {}

    def install(self) -> None:
        """Replace the emulator's own poller."""
        self.lambdas._poll_dynamodb_streams = self.poll

    def poll(self) -> bool:
        """Deliver available records; returns whether there were any."""
        progress = False
        for mapping in self._in_their_accounts():
            progress |= self._poll_one(mapping)
        return progress

    def _in_their_accounts(self) -> Iterator[dict[str, Any]]:
        """Yield each event source mapping, with the emulator's current account and region set to its own."""
        lambdas = self.lambdas
        for account, region, mapping in lambdas._iter_all_esms():
            tokens = lambdas._request_account_id.set(account), lambdas._request_region.set(region)
            try:
                yield mapping
            finally:
                lambdas._request_account_id.reset(tokens[0])
                lambdas._request_region.reset(tokens[1])

    def _poll_one(self, mapping: dict[str, Any]) -> bool:
        table = _table_of(mapping)
        found = self.dynamodb._tables.get(table) if table and mapping.get("Enabled", True) else None
        if not found or found.get("LatestStreamArn") != mapping["EventSourceArn"]:
            return False
        function, _ = self.lambdas._get_func_record_for_qualifier(
            mapping["FunctionName"], mapping.get("Qualifier")
        )
        if function is None or self.lambdas._esm_backoff_until.get(mapping["UUID"], 0) > time.time():
            return False
        reader = self._reader(mapping, table)
        progress = self._take_up(reader, mapping, table)
        while reader.batches < int(mapping.get("ParallelizationFactor", 1)):
            batch = reader.take(int(mapping.get("BatchSize", 100)))
            if not batch:
                break
            self.lambdas._dispatch_esm_batch(mapping["UUID"], self._run, mapping, function, reader, batch)
            progress = True
        self._remember(mapping, reader)
        return progress

    def _reader(self, mapping: dict[str, Any], table: str) -> StreamReader:
        id_ = mapping["UUID"]
        if id_ not in self.readers:
            latest = mapping.get("StartingPosition", "LATEST") == "LATEST"
            start = self.dynamodb.stream_end_position if latest else self.dynamodb.stream_start_position
            with self.lambdas._dynamodb_stream_positions_lock:
                known = self.lambdas._dynamodb_stream_positions.get(id_)
            self.readers[id_] = StreamReader(start(table) if known is None else known)
        return self.readers[id_]

    def _take_up(self, reader: StreamReader, mapping: dict[str, Any], table: str) -> bool:
        # Records older than a day expire, as in DynamoDB.
        first = max(reader.next, self.dynamodb.stream_start_position(table))
        records = self.dynamodb.stream_records_since(table, first, MAX_AT_ONCE)
        wanted = [
            (first + index, record)
            for index, record in enumerate(records)
            if self.lambdas._apply_filter_criteria([record], mapping)
        ]
        reader.add(wanted, end=first + len(records))
        return bool(records)

    def _remember(self, mapping: dict[str, Any], reader: StreamReader) -> None:
        with self.lambdas._dynamodb_stream_positions_lock:
            self.lambdas._dynamodb_stream_positions[mapping["UUID"]] = reader.position

    def _run(self, mapping: dict[str, Any], function: Any, reader: StreamReader, batch: Batch) -> None:
        failed = {entry.id for entries in batch.values() for entry in entries}
        try:
            event = {"Records": [entry.record for entries in batch.values() for entry in entries]}
            result = self.lambdas._execute_function(function, event)
            failed = failed if result.get("error") else failed & _refused(result.get("body"), failed)
            if failed:
                self.lambdas._esm_backoff_until[mapping["UUID"]] = time.time() + BACKOFF_S
                failed -= self._give_up(mapping, function, batch, failed, result)
            self._log_result(mapping, batch, failed, result)
        finally:
            reader.settle(batch, failed)

    def _give_up(
        self, mapping: dict[str, Any], function: Any, batch: Batch, failed: set[str], result: dict[str, Any]
    ) -> set[str]:
        """Send records that have failed too often to the mapping's destination; returns their ids."""
        most = int(mapping.get("MaximumRetryAttempts", -1))
        over: list[Entry] = [
            entry
            for entries in batch.values()
            for entry in entries
            if entry.id in failed and 0 <= most <= entry.attempts
        ]
        if over:
            self.lambdas._send_ddb_stream_failure_record(
                mapping,
                function,
                [entry.record for entry in over],
                mapping["EventSourceArn"],
                result,
                "RetryAttemptsExhausted",
            )
        return {entry.id for entry in over}

    def _log_result(
        self, mapping: dict[str, Any], batch: Batch, failed: set[str], result: dict[str, Any]
    ) -> None:
        summary = f"{records_in(batch)} records of the stream; {len(failed)} failed"
        mapping["LastProcessingResult"] = "FAILED" if failed else "OK"
        log = self.lambdas.logger.warning if failed else self.lambdas.logger.info
        log("%s has read %s\n%s", mapping["FunctionName"], summary, result.get("log") or "")


def _table_of(mapping: dict[str, Any]) -> str:
    """Return the table in `arn:aws:dynamodb:<region>:<account>:table/<name>/stream/<label>`; None for other sources."""
    source = str(mapping.get("EventSourceArn", ""))
    found = re.fullmatch(r"arn:[^:]+:dynamodb:.*:table/([^/]+)/stream/.*", source)
    return found[1] if found else ""


def _refused(body: Any, ids: set[str]) -> set[str]:
    """Return the records that the function reports as failed; all of them if it names an unknown one."""
    try:
        answered = json.loads(body) if isinstance(body, str) else body
        failures = (answered or {}).get("batchItemFailures") or []
        named = {str(failure.get("itemIdentifier")) for failure in failures}
    except (ValueError, AttributeError):
        return set()
    return named if named <= ids else ids
