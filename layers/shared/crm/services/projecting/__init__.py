"""How logs become profiles."""
