"""Journeys: which step of which journey an interaction brings a customer to."""

from router.journeys.fold import fold

__all__ = ["fold"]
