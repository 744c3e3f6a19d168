from io import StringIO

import pytest
from rich.console import Console

from router.demo.show import DemoState, Lines, Screen, Show, show_on
from tests.integration.demo.happenings import AT, decided

INVITATIONS = {
    ("ces-after-complaint", "ces-1.0", "ces", "sent"): 3,
    ("ces-after-self-service", "ces-2.0", "ces", "planned"): 2,
    ("nps-after-purchase", "nps", "nps", "sent"): 11,
    ("nps-after-purchase", "nps", "nps", "cancelled"): 1,
}


def a_console(width: int, terminal: bool) -> Console:
    return Console(file=StringIO(), width=width, height=40, force_terminal=terminal, color_system=None)


def shown(console: Console) -> str:
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def standing(**facts: object) -> DemoState:
    given = {"phase": "Deciding ...", "moment": AT, "handled": 500, "total": 1000, "decided": 1234}
    given |= {"repeated": 7, "dead": 1, "invitations": INVITATIONS} | facts
    return DemoState(**given)


def test_a_terminal_gets_the_live_view_and_a_pipe_plain_lines() -> None:
    assert isinstance(show_on(a_console(80, terminal=True)), Screen)
    assert isinstance(show_on(a_console(80, terminal=False)), Lines)


@pytest.mark.parametrize("width", [80, 100])
def test_the_live_view_shows_date_progress_and_both_metrics_side_by_side(width: int) -> None:
    console = a_console(width, terminal=True)
    with Screen(console) as screen:
        screen.stand(standing())
        screen.tell(decided("no_survey", "contrary_condition", actual="customer.open must be complaint" * 3))
        lines = shown(console).splitlines()

    text = "\n".join(lines)
    assert "Tue 03 March" in text
    assert "50%" in text
    assert "1,234 interactions decided, 7 repeats recognised, 1 dead letters" in text
    assert next(line.split()[-3:-1] for line in lines if " invitations " in line) == ["CES", "NPS"]
    assert next(line.split()[-3:-1] for line in lines if "planned so far" in line) == ["5", "12"]
    assert next(line.split()[-3:-1] for line in lines if "cancelled, displaced" in line) == ["0", "1"]
    assert all(len(line) <= width for line in lines if "\x1b" not in line)


def test_plain_lines_say_every_phase_once_and_the_totals_every_few_days() -> None:
    console = a_console(100, terminal=False)
    show: Show = Lines(console)
    with show:
        for day in (3, 4, 5, 6, 7):
            show.stand(standing(moment=AT.replace(day=day)))

    assert shown(console).splitlines() == [
        "Deciding ...",
        "== Fri 06 March: 1,234 interactions decided; sent: 3 CES, 11 NPS",
    ]


def test_before_the_first_decision_there_is_no_date() -> None:
    console = a_console(100, terminal=True)
    with Screen(console) as screen:
        screen.stand(standing(moment=None, handled=0, invitations={}))

    assert "before the first day" in shown(console)
