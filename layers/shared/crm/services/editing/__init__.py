"""Edit profiles by hand and by API."""
