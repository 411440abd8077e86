"""Files of customers: columns, cells, and the formats that they are written in. Pure."""
