"""Decides which customer interactions are followed by a CES or NPS invitation, and sends it when due."""

__version__ = "0.1.0"
