"""How what clients send becomes activities, or is kept as rejected."""
