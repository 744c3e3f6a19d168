"""Questions as surveys ask them."""

from router.scores.question import Question

NPS = Question("nps", "nps", (0, 10), "higher_is_better", "1", "likert")
CES_1 = Question("ces-1.0", "ces", (1, 5), "lower_is_better", "1", "likert")
CES_2 = Question("ces-2.0", "ces", (1, 7), "higher_is_better", "1", "likert")
EFFORT = Question("effort", "ces", (1, 7), "lower_is_better", "1", "likert")
CSAT = Question("csat", "csat", (1, 5), "higher_is_better", "1", "likert")

QUESTIONS = (NPS, CES_1, CES_2, EFFORT, CSAT)
