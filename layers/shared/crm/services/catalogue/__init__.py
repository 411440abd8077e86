"""Every definition that has a say in who is in which segment, and what they compute."""
