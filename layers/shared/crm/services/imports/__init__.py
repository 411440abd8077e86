"""Import files that were dropped into the bucket: their rows become customers or events."""
