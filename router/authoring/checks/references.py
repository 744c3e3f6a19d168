"""What keys name: surveys, journeys, rules, channels, types of the set."""

from router.authoring.checks.names import Names
from router.authoring.language.definitions import Definitions
from router.authoring.language.problems import Problems


def check_references(definitions: Definitions, problems: Problems) -> None:
    """R074, R075, R078, R079, R086, R102, R116: names that keys are declared to hold, and the set does not have."""
    names = Names(definitions, problems)
    for file in definitions.blocks:
        for block in file.nested():
            for key, named in block.naming:
                for node in block.members(key):
                    names.check(named, node)
