"""Ids, addresses and numbers that a deployment declares as placeholders, and other spellings of them."""

PLACEHOLDERS = "kunde-0, kein@shop.example, +49 30 1234567"
PLACEHOLDER_BY_TYPE = {"user_id": "KUNDE-0", "email": "Kein@shop.example", "phone": "+49 (30) 1234567"}
