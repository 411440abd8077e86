"""What is held on a person, and forgetting it."""
