"""Find people, and show their profiles."""
