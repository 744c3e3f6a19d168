"""Journeys: which step of which journey an interaction brings a customer to."""

from router.journeys.expiry import abandon, next_expiry
from router.journeys.fold import fold

__all__ = ["abandon", "fold", "next_expiry"]
