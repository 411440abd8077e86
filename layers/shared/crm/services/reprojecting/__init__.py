"""Projecting again: logs folded from scratch, for one person, for what came in a range of time, or for everybody."""
