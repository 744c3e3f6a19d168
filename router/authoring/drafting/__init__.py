"""A rule set drafted from the interactions that really come in, for a person to complete. Pure."""

from router.authoring.drafting.files import drafted
from router.authoring.drafting.guesses import JourneyGuess, StepGuess, journey_guesses
from router.authoring.drafting.tally import LogTally

__all__ = ["JourneyGuess", "LogTally", "StepGuess", "drafted", "journey_guesses"]
