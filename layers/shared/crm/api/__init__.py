"""What the HTTP API promises: its routes, their parameters, and the shapes of what goes in and comes out."""
