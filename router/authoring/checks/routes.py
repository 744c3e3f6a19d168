"""What rules name: surveys, channels, journeys, steps, types."""

from router.authoring.checks.names import Names
from router.authoring.language.parts import Parts
from router.authoring.language.problems import Problems


def check_routes(parts: Parts, problems: Problems) -> None:
    """R074, R075, R077, R078, R079, R086: names in rules, outside their conditions."""
    names = Names(parts, problems)
    for rule in parts.rules:
        for survey in rule.values("send", "survey"):
            names.survey(survey)
        for channel in rule.values("send", "channel"):
            names.channel(channel)
        for channel in rule.values("reminder", "channel"):
            names.channel(channel)
        for kind in rule.values("cancel_on"):
            names.type(kind)
        if rule.what.journey is not None:
            for journey in rule.values("when", "journey"):
                names.journey(journey)
            for step in rule.values("when", "step"):
                names.step(step, rule.what.journey)
