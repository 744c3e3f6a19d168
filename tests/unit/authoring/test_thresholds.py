import pytest

from router.authoring.comparison import Effect, RuleSetComparison, WrongThreshold, threshold
from router.authoring.comparison.effect import count
from tests.unit.core.builders import rules

ASK = "rules:\n  - {id: ask, when: {type: a}, send: {survey: ces, channel: email}}\n"
RULES = rules(ASK + "  - {id: more, when: {type: b}, send: {survey: nps, channel: email}}\n")


@pytest.fixture
def effect() -> Effect:
    nothing = RuleSetComparison(RULES, RULES).finish()
    return type(nothing)(
        **{name: getattr(nothing, name) for name in nothing.__struct_fields__}
        | {
            "invitations": count("invitations", 100, 121),
            "asked": count("customers", 50, 60),
            "gained": 12,
            "lost": 2,
            "rules": (count("ask", 100, 90), count("more", 0, 31)),
            "surveys": (count("ces", 100, 90), count("nps", 0, 31)),
            "refusals": (count("shared_limit", 10, 14), count("no_rule_matched", 20, 20)),
        }
    )


@pytest.mark.parametrize(
    ("text", "tripped"),
    [
        ("invitations > +20%", True),
        ("invitations > +21%", False),
        ("invitations >= +21%", True),
        ("invitations > +20", True),
        ("invitations > +21", False),
        ("invitations>120", True),
        ("invitations > 121", False),
        ("invitations:ask < -5%", True),
        ("invitations:ask < -10%", False),
        ("invitations:nps > +1000%", True),
        ("invitations:ces <= 90", True),
        ("customers_lost > 1", True),
        ("customers_lost > 4%", False),
        ("customers_gained >= 24%", True),
        ("customers_asked > +19%", True),
        ("refusals > +3", True),
        ("refusals:shared_limit > +40%", False),
        ("refusals:quota > 0", False),
    ],
)
def test_a_bound_is_held_against_the_effect(effect: Effect, text: str, tripped: bool) -> None:
    assert (threshold(text, RULES, RULES).tripped(effect) is not None) is tripped


def test_the_line_tells_the_numbers(effect: Effect) -> None:
    assert threshold("invitations > +20%", RULES, RULES).tripped(effect) == (
        "invitations > +20%: it is 100 → 121, +21%."
    )
    assert threshold("invitations:more > +10%", RULES, RULES).tripped(effect) == (
        "invitations:more > +10%: it is 0 → 31, from none."
    )
    assert threshold("customers_lost > 1", RULES, RULES).tripped(effect) == "customers_lost > 1: it is 2."


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("invitations", "is no threshold: write it as"),
        ("invitations = 3", "is no threshold: write it as"),
        ("invitations > many", "is no threshold: write it as"),
        ("invitation > 3", "did you mean 'invitations'?"),
        ("invitations:aks > 3", "did you mean 'ask'?"),
        ("refusals:shared_limits > 3", "did you mean 'shared_limit'?"),
        ("customers_lost:ask > 3", "takes no name"),
    ],
)
def test_what_cannot_be_meant_is_told_with_the_way_out(text: str, told: str) -> None:
    with pytest.raises(WrongThreshold, match="^.*" + told.replace("?", r"\?")):
        threshold(text, RULES, RULES)
