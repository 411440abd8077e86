"""What people agree to, and how they take it back."""
