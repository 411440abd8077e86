"""Access requests and erasures: export what is held on a person, and delete it."""
