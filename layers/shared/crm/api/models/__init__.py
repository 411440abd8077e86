"""The bodies that the API takes and gives, by area. Loaded only to check a body or to write the document."""
