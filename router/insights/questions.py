"""Questions and counts as they are stored, as the formulas take them."""

from router.model import cells
from router.scores.answers import Answers
from router.scores.question import Question


def question_of(stored: cells.Question) -> Question:
    """The question, to score answers to it."""
    return Question(
        stored.survey,
        stored.metric,
        (stored.scale_low, stored.scale_high),
        stored.polarity,
        stored.text_version,
        stored.presentation,
    )


def stored_question(question: Question) -> cells.Question:
    """The question, to look for what is stored of it."""
    return cells.Question(
        question.survey,
        question.metric,
        *question.scale,
        question.polarity,
        question.text_version,
        question.presentation,
    )


def answers_of(found: cells.ScoreCounts) -> Answers:
    """The counted answers of one group."""
    return Answers(question_of(found.question), found.counts)
