"""Files of customers: columns, cells, and the formats in which they are written. Pure."""
