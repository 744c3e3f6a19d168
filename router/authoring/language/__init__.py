"""The rule language: YAML text to a checked, compiled rule set."""
