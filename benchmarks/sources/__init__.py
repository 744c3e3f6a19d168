"""What mapping vendors' messages costs."""
