"""The commands in groups, as the help shows them: by what somebody is about to do."""

from typing import Any, Final

from typer.core import TyperGroup

GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "Try it and run it": ("demo", "run", "console", "worker", "dispatcher", "webhooks", "sender"),
    "Write rules": ("init", "check", "test", "decide", "backtest", "diff", "sources", "schema"),
    "Put rules in force": (
        *("publish", "approve", "rollout", "shadow", "rollback"),
        *("revisions", "differences"),
    ),
    "Hear what customers say": (
        "scores",
        "coverage",
        "pain-points",
        "drivers",
        "responses",
        "hold-out",
        "alerts",
        "effort",
    ),
    "Look at what happens": ("why", "customer", "invitations", "forecast", "events", "dlq"),
    "Look after it": ("cells", "db", "docs", "version"),
}


class Grouped(TyperGroup):
    """A group of commands whose help has a section for each of `GROUPS`."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names in the order of their groups; those in none at the end."""
        given = super().list_commands(ctx)
        ordered = [name for names in GROUPS.values() for name in names]
        return sorted(given, key=lambda name: ordered.index(name) if name in ordered else len(ordered))

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Writes the sections."""
        found = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        shown = {name: command for name, command in found.items() if command and not command.hidden}
        wide = max(map(len, shown), default=0)
        room = formatter.width - 6 - wide
        grouped = {name for names in GROUPS.values() for name in names}
        others = {"Others": tuple(name for name in shown if name not in grouped)}
        for title, names in (GROUPS | others).items():
            rows = [
                (name.ljust(wide), shown[name].get_short_help_str(room)) for name in names if name in shown
            ]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)
