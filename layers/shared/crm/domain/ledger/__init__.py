"""The ledger: orders and other business objects, each of which counts once, however many events concern it."""
