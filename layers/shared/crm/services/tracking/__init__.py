"""Record messages, events of files and forms as activities; keep what cannot be read as rejected input."""
