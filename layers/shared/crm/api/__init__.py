"""The contract of the HTTP API: its routes, their parameters, and the shapes of requests and responses."""
