"""Explanations for people: why an interaction was decided so, and what became of an invitation."""

from router.insights.history import CustomerHistory, customer_history
from router.insights.replay import JournalReader, ReplayedEntry, replay
from router.insights.rule_book import RuleBook
from router.insights.why import Why, why_interaction, why_invitation

__all__ = [
    "CustomerHistory",
    "JournalReader",
    "ReplayedEntry",
    "RuleBook",
    "Why",
    "customer_history",
    "replay",
    "why_interaction",
    "why_invitation",
]
