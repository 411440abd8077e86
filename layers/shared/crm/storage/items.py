"""Items as the low-level client of DynamoDB reads and writes them."""

from typing import Any

StoredItem = dict[str, Any]
"""An item, or its key, in DynamoDB's JSON: `{"pk": {"S": "P#..."}}`. Each module of storage holds its own layout."""
