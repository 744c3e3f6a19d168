"""Reading the settings once, at start, and reporting everything that is wrong with them."""

import os
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final

import pydantic_settings
from pydantic import ValidationError

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


def load_settings(**overrides: Any) -> Settings:
    """The settings of this process; `overrides` go before the environment, groups as dicts.

    Raises SettingsError for variables that are unknown or hold a value they cannot have, all at once.
    """
    known = {variable.name: variable for variable in variables()}
    secrets = read_secret_files()
    unknown = _unknown(os.environ, known) | _unknown(secrets.texts, known)
    problems = [f"{name}: there is no such setting; {hint}" for name, hint in sorted(unknown.items())]
    problems += secrets.problems
    for name, value in os.environ.items():
        variable = name.upper()
        # All others may be empty, as templates of deployments leave them.
        if variable in _MEANS_ANOTHER and not value.strip():
            unset = _MEANS_ANOTHER[variable]
            problems.append(f"{variable}: is set and empty; give it a value, or remove it for {unset}")
    try:
        settings = Settings(**overrides)
    except ValidationError as error:
        problems.extend(_lines(error, known, unknown))
        raise SettingsError("\n".join(problems)) from None
    except pydantic_settings.SettingsError:
        # A whole group as one variable, not even JSON: it is among the unknown ones.
        raise SettingsError("\n".join(problems)) from None
    if problems:
        raise SettingsError("\n".join(problems))
    return settings


def _unknown(values: Mapping[str, str], known: Mapping[str, Variable]) -> dict[str, str]:
    """The variables that look like ours and are not, each with a hint at the one that was probably meant."""
    hints = {}
    endings = {name.removeprefix("ROUTER_"): name for name in known}
    for name, value in values.items():
        variable = name.upper()
        if not variable.startswith("ROUTER_") or variable in known:
            continue
        if _FOREIGN.fullmatch(variable) or (variable == "ROUTER_PORT" and "://" in value):
            continue
        close = get_close_matches(variable.removeprefix("ROUTER_"), endings, n=1)
        hints[variable] = (
            f"did you mean {endings[close[0]]}?"
            if close
            else "`feedback-router docs operations/settings` lists them all"
        )
    return hints


def _lines(
    error: ValidationError, known: Mapping[str, Variable], unknown: Mapping[str, str]
) -> Iterator[str]:
    """What is wrong with each variable, and what is expected. The values of secrets are not shown."""
    for problem in error.errors(include_url=False):
        name = variable_name(problem["loc"][:2])
        if name not in known:
            if name not in unknown:
                yield f"{name}: there is no such setting"
            continue
        variable, value = known[name], problem["input"]
        if problem["type"] == "value_error":
            wrong = problem["msg"].removeprefix("Value error, ")
        elif variable.secret or not isinstance(value, str | int | float) or len(str(value)) > _LONGEST_SHOWN:
            wrong = "cannot be read"
        else:
            wrong = f"cannot be {value!r}"
        default = f", {variable.default} when unset" if variable.default else ""
        yield f"{name}: {wrong}; expected: {variable.expected}{default} ({variable.meaning})"
