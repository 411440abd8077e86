"""The rule set: every definition of segments and values, compiled at one version."""
