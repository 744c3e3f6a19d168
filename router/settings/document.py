"""The page of the documentation that lists all settings, made from the settings themselves."""

from itertools import groupby
from typing import Final

from router.settings.variables import variables

_HEAD: Final = """\
# Settings

<!-- Made by `python -m router.settings`; edit the settings, not this page. -->

Every setting is an environment variable. An empty one counts as unset, but for `ROUTER_DATABASE__URL`,
`ROUTER_KAFKA__BOOTSTRAP` and `ROUTER_TOKEN_SECRET`: these are refused when empty, since without them the service would
run on another database, broker or secret. A file in the secrets directory, named as the variable, sets it too, and must
not be empty; the environment goes before it. All are checked at start: a wrong or unknown `ROUTER_…` variable stops the
program with a line that names it.
"""
_TABLE: Final = """\
| Variable | Meaning | Value | Default |
|---|---|---|---|
"""


def document() -> str:
    """The page as Markdown."""
    page = [_HEAD]
    for group, members in groupby(variables(), key=lambda variable: variable.group):
        page.append(f"\n## {group.replace('_', ' ').capitalize() or 'General'}\n\n{_TABLE}")
        for variable in members:
            default = f"`{variable.default}`" if variable.default else ""
            page.append(f"| `{variable.name}` | {variable.meaning} | {variable.expected} | {default} |\n")
    return "".join(page)
