"""Reasons and verdicts as sentences."""
