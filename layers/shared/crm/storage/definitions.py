"""Store definitions (sources, write keys, API keys...) as versioned JSON documents under `D#<kind>` / `<id>`."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from pynamodb.attributes import JSONAttribute, NumberAttribute
from pynamodb.exceptions import DeleteError, PutError, TransactWriteError
from pynamodb.transactions import TransactWrite

from crm.domain.errors import TooLargeError
from crm.domain.json_text import JsonObject
from crm.storage.keys import definition_pk
from crm.storage.refusals import is_too_large, raise_refusal
from crm.storage.table import Item, pynamodb_connection


class _Definition(Item, discriminator="definition"):
    """A document, which is replaced as a whole. `version` counts its replacements from 1."""

    document = JSONAttribute()
    version = NumberAttribute()
    expires_at = NumberAttribute(null=True)


def find_all(kind: str, prefix: str = "") -> list[JsonObject]:
    """Return all documents of a kind whose id starts with the prefix, ordered by id."""
    condition = _Definition.sk.startswith(prefix) if prefix else None
    found = _Definition.query(definition_pk(kind), condition, consistent_read=True)
    return [definition.document for definition in found]


def find_between(kind: str, first: str, last: str) -> list[JsonObject]:
    """Return all documents of a kind whose id is between these, both included, ordered by id."""
    condition = _Definition.sk.between(first, last)
    found = _Definition.query(definition_pk(kind), condition, consistent_read=True)
    return [definition.document for definition in found]


def each(kind: str) -> Iterator[tuple[str, JsonObject, int]]:
    """Yield the id, document and version of every definition of a kind, page by page. Consistent, lazy."""
    for definition in _Definition.query(definition_pk(kind), consistent_read=True):
        yield definition.sk, definition.document, int(definition.version)


def find_many(kind: str, ids: Iterable[str]) -> list[JsonObject]:
    """Return the documents with these ids, unordered; those that do not exist are left out."""
    keys = [(definition_pk(kind), id_) for id_ in set(ids)]
    found = _Definition.batch_get(keys, consistent_read=True) if keys else ()
    return [definition.document for definition in found]


def find_definition(kind: str, prefix: str) -> tuple[str, JsonObject, int] | None:
    """Return the id, document and version of the first definition whose id starts with the prefix."""
    found = _Definition.query(
        definition_pk(kind), _Definition.sk.startswith(prefix), consistent_read=True, limit=1
    )
    for definition in found:
        return definition.sk, definition.document, int(definition.version)
    return None


def put(kind: str, id: str, document: JsonObject, *, expires_at: int | None = None) -> None:
    """Put one definition unconditionally, without a transaction, which would cost twice as much.

    `expires_at` in epoch seconds. Raises UnavailableError if the table throttles.
    """
    made = _Definition(definition_pk(kind), id, document=document, version=1, expires_at=expires_at)
    try:
        made.save()
    except PutError as error:
        raise_refusal(error)


def delete(kind: str, id: str) -> None:
    """Delete a definition. A missing one is ignored. Raises UnavailableError if the table throttles."""
    try:
        _Definition(definition_pk(kind), id).delete()
    except DeleteError as error:
        raise_refusal(error)


class Changes:
    """The writes of one transaction to definitions: each method adds a write; all succeed or none does."""

    def __init__(self, transaction: TransactWrite) -> None:
        self._transaction = transaction

    def create(self, kind: str, id: str, document: JsonObject) -> None:
        """Create a definition. Fails if the id exists."""
        created = _Definition(definition_pk(kind), id, document=document, version=1)
        self._transaction.save(created, condition=_Definition.pk.does_not_exist())

    def put(self, kind: str, id: str, document: JsonObject, *, expires_at: int | None = None) -> None:
        """Put a definition unconditionally, for copies that follow another definition. `expires_at` in epoch
        seconds.
        """
        copy = _Definition(definition_pk(kind), id, document=document, version=1, expires_at=expires_at)
        self._transaction.save(copy)

    def replace(self, kind: str, id: str, document: JsonObject, *, read_version: int) -> None:
        """Replace a definition. Fails if the stored version is not the one that was read."""
        replaced = _Definition(definition_pk(kind), id, document=document, version=read_version + 1)
        self._transaction.save(replaced, condition=_Definition.version == read_version)

    def delete(self, kind: str, id: str, *, read_version: int | None = None) -> None:
        """Delete a definition. Fails if the stored version is not the one that was read; without a version, it is
        unconditional.
        """
        condition = None if read_version is None else _Definition.version == read_version
        self._transaction.delete(_Definition(definition_pk(kind), id), condition=condition)


@contextmanager
def one_transaction() -> Iterator[Changes]:
    """Run the writes in one transaction. Raises VersionConflictError if a condition of a write does not hold,
    TooLargeError if a document exceeds the size of an item, and UnavailableError if the table throttles.
    """
    try:
        with TransactWrite(connection=pynamodb_connection()) as transaction:
            yield Changes(transaction)
    except TransactWriteError as error:
        if is_too_large(error):
            raise TooLargeError("the texts of the definition exceed 400 KB: shorten them") from error
        raise_refusal(error)
