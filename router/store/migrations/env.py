"""Run by Alembic inside the transaction that `router.store.migration` has begun."""

from alembic import context
from alembic.runtime.migration import MigrationInfo

attributes = context.config.attributes


def note(ctx: object, step: MigrationInfo, heads: object, run_args: object) -> None:
    """Tell the caller which migration was applied."""
    script = context.script.get_revision(step.up_revision_id or "")
    attributes["applied"].append(f"{script.revision} {script.doc}")


context.configure(connection=attributes["connection"], transactional_ddl=True, on_version_apply=note)
with context.begin_transaction():
    context.run_migrations()
