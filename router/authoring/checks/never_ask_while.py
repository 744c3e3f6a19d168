"""The policy's `never_ask_while`: names that there are not, and conditions that forbid nothing, or everything."""

from router.authoring.checks.names import Names
from router.authoring.language.context import context, of_journey
from router.authoring.language.definitions import Definitions
from router.authoring.language.never_ask_while import EXCEPT, entries
from router.authoring.language.problems import Problems
from router.authoring.language.satisfiable import satisfiable
from router.model.policy import NeverAskWhile
from router.model.rules import Condition, Not
from router.rules.evaluate import in_words


def check_never_ask_while(definitions: Definitions, problems: Problems) -> None:
    """R102, R146, R147, R148: exceptions that are no rules; what never holds, always holds, or stops a rule for good."""
    guard = definitions.policy.policy.never_ask_while
    if guard is None:
        return
    names = Names(definitions, problems)
    for node in definitions.policy.values("never_ask_while", EXCEPT):
        names.check("rule", node)
    node = definitions.policy.values("never_ask_while")[0]
    lasting: list[Condition] = []
    for (key, _), condition in zip(entries(node), guard.conditions, strict=True):
        words = in_words(condition)[:100]
        if satisfiable(condition) is False:
            message = f"`{words}` can never hold, so it forbids nothing"
            problems.add("R146", key.position, message, "remove it, or put right what it asks")
        elif satisfiable(Not(condition)) is False:
            message = f"`{words}` always holds: nobody would ever be asked"
            problems.add("R147", key.position, message, "narrow it, or remove it")
        else:
            lasting.append(condition)
    _stopped(lasting, guard, definitions, problems)


def _stopped(
    conditions: list[Condition], guard: NeverAskWhile, definitions: Definitions, problems: Problems
) -> None:
    for placed in definitions.rules:
        rule = placed.definition
        if rule.id in guard.exceptions or not rule.enabled:
            continue
        matches = [of_journey(one, rule.journey) for one in (*context(rule, definitions), rule.when)]
        if satisfiable(*matches) is False:
            continue
        for condition in conditions:
            if satisfiable(*matches, Not(of_journey(condition, rule.journey))) is False:
                message = f"the policy never asks while `{in_words(condition)[:100]}`, which holds whenever this rule matches"
                hint = f"if the rule should ask all the same, write `except: [{rule.id}]` under `never_ask_while`"
                problems.add("R148", placed.place("when"), message, hint)
                break
