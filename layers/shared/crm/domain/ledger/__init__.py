"""The ledger: orders, and other business objects that several events tell of, each of which counts once."""
