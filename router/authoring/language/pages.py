"""The page of each code: what it means, an example with what `check` says of it, and its mend."""

import re
from typing import Final

from router.authoring.codes import CODES
from router.authoring.language.excerpt import Excerpts
from router.authoring.language.load import CheckedRules, check_texts

EXAMPLE: Final = "example.yaml"

_FILE: Final = re.compile(r"^# (\S+\.yaml)\n", re.MULTILINE)
_BESIDE: Final = {
    "journeys/purchase.yaml": """journey: purchase
instance: order_id
steps:
  placed: {on: order.placed}
  delivered: {on: order.delivered, ends: true}
  returned: {on: order.returned, reopens: true}
order: [placed, delivered]
effort:
  delays: {count: order.delayed}
""",
    "surveys.yaml": """surveys:
  nps:
    metric: nps
    scale: [0, 10]
    polarity: higher_is_better
    texts:
      en: {question: "Would you recommend us?", low: unlikely, high: likely}
      nl: {question: "Zou je ons aanbevelen?", low: onwaarschijnlijk, high: waarschijnlijk}
  ces:
    metric: ces
    scale: [1, 5]
    polarity: lower_is_better
    texts:
      en: {question: "How much effort did it take?", low: little, high: much}
      nl: {question: "Hoeveel moeite kostte het?", low: weinig, high: veel}
""",
}


def example_checked(text: str) -> CheckedRules:
    """An example checked beside the small set that all examples stand in."""
    parts = _FILE.split(text)
    own = dict(zip(parts[1::2], parts[2::2], strict=True)) or {EXAMPLE: text}
    return check_texts({name: body.encode() for name, body in (_BESIDE | own).items()})


def page(code: str) -> str:
    """The page of a code as Markdown. Raises `KeyError` for an unknown code."""
    facts = CODES[code]
    kind = "Error: the set is refused." if facts.severity == "error" else "Warning: the set is taken."
    parts = [f"# {code}: {facts.title}", kind, facts.why]
    if facts.wrong is not None and facts.right is not None:
        checked = example_checked(facts.wrong)
        excerpts = Excerpts(checked.texts)
        own = [problem for problem in checked.problems if problem.code == code]
        lines = "\n".join(line for problem in own for line in excerpts.lines(problem))
        parts += ["## Wrong", _yaml(facts.wrong), f"```text\n{lines}\n```", "## Right", _yaml(facts.right)]
    return "\n\n".join(parts) + "\n"


def index() -> str:
    """The list of all codes as Markdown."""
    rows = [f"| [{code}]({code}.md) | {facts.title} | {facts.severity} |" for code, facts in CODES.items()]
    head = (
        "# Codes\n\nEvery problem that `feedback-router check` tells has a code. Errors refuse the whole set;"
        " warnings do not,\nunless with `--strict`. `feedback-router check --explain R017` prints a page.\n"
        "The service refuses the same errors when it starts.\n\n| Code | Problem | Kind |\n|---|---|---|\n"
    )
    return head + "\n".join(rows) + "\n"


def files() -> dict[str, str]:
    """All pages by file name."""
    return {"README.md": index()} | {f"{code}.md": page(code) for code in CODES}


def _yaml(text: str) -> str:
    return f"```yaml\n{text.rstrip()}\n```"
