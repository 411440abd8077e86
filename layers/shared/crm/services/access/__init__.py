"""Who may call, how often, and what happens when they call again."""
