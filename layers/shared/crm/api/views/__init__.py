"""Build the responses of the API, by area."""
