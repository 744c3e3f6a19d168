"""Reading the settings once, at start, and saying everything that is wrong with them."""

import os
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final

import pydantic_settings
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from router.settings.problems import SettingsError
from router.settings.secret_files import read_secret_files
from router.settings.settings import Settings
from router.settings.variables import Variable, variable_name, variables

# Kubernetes sets these for a Service named "router"; those of the tests begin with ROUTER_TEST_.
_FOREIGN: Final = re.compile(r"ROUTER_(TEST_.*|SERVICE_(HOST|PORT(_.*)?)|PORT_\d+_(TCP|UDP|SCTP)(_.*)?)")
# An empty one is most likely a variable that a deployment forgot to fill in: the service would run, elsewhere.
_MEANS_ANOTHER: Final = {
    "ROUTER_DATABASE__URL": "a SQLite file in the data directory",
    "ROUTER_KAFKA__BOOTSTRAP": "the embedded broker",
    "ROUTER_TOKEN_SECRET": "a secret that is made and kept in the data directory",
}
_LONGEST_SHOWN: Final = 40


def load_settings(**given: Any) -> Settings:
    """The settings of this process; `given` goes before the environment, groups as dicts.

    Raises SettingsError for variables that are unknown or hold what they can not mean, all at once.
    """
    known = {variable.name: variable for variable in variables()}
    secrets = read_secret_files()
    unknown = _unknown(os.environ, known) | _unknown(secrets.texts, known)
    problems = [f"{name}: there is no such setting; {hint}" for name, hint in sorted(unknown.items())]
    problems += [*secrets.problems, *_empty(os.environ)]
    try:
        settings = Settings(**given)
    except ValidationError as error:
        problems.extend(_lines(error, known, unknown))
        raise SettingsError("\n".join(problems)) from None
    except pydantic_settings.SettingsError:
        # A whole group as one variable, not even JSON: it is among the unknown ones.
        raise SettingsError("\n".join(problems)) from None
    if problems:
        raise SettingsError("\n".join(problems))
    return settings


def _unknown(found: Mapping[str, str], known: Mapping[str, Variable]) -> dict[str, str]:
    """The variables that look like ours and are not, each with a hint at what may be meant."""
    hints = {}
    endings = {name.removeprefix("ROUTER_"): name for name in known}
    for name, value in found.items():
        variable = name.upper()
        if variable.startswith("ROUTER_") and variable not in known and not _is_foreign(variable, value):
            meant = get_close_matches(variable.removeprefix("ROUTER_"), endings, n=1)
            hints[variable] = (
                f"did you mean {endings[meant[0]]}?"
                if meant
                else "`feedback-router docs operations/settings` lists them all"
            )
    return hints


def _empty(found: Mapping[str, str]) -> Iterator[str]:
    """Those that must not be empty. All others may be, as templates of deployments leave them."""
    for name, value in found.items():
        if name.upper() in _MEANS_ANOTHER and not value.strip():
            unset = _MEANS_ANOTHER[name.upper()]
            yield f"{name.upper()}: is set and empty; give it a value, or remove it for {unset}"


def _is_foreign(variable: str, value: str) -> bool:
    return _FOREIGN.fullmatch(variable) is not None or (variable == "ROUTER_PORT" and "://" in value)


def _lines(
    error: ValidationError, known: Mapping[str, Variable], unknown: Mapping[str, str]
) -> Iterator[str]:
    for problem in error.errors(include_url=False):
        name = variable_name(problem["loc"][:2])
        if name in known:
            yield f"{name}: {_wrongness(problem, known[name])}; {_expectation(known[name])}"
        elif name not in unknown:
            yield f"{name}: there is no such setting"


def _wrongness(problem: ErrorDetails, variable: Variable) -> str:
    if problem["type"] == "value_error":
        return problem["msg"].removeprefix("Value error, ")
    value = problem["input"]
    if variable.secret or not isinstance(value, str | int | float) or len(str(value)) > _LONGEST_SHOWN:
        return "can not be read"
    return f"can not be {value!r}"


def _expectation(variable: Variable) -> str:
    default = f", {variable.default} when unset" if variable.default else ""
    return f"expected: {variable.expected}{default} ({variable.meaning})"
