"""What the engine's page and the auditor ask is found by index, however much was sent and however much stands still."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

LOST = "state = 'open' AND next_action_at IS NULL AND hold_reason = ''"


def upgrade() -> None:
    op.drop_index("ix_duty_lost", "duty")
    partial("ix_duty_lost", "duty", ("policy_version_id", "kind", "rung", "loop"), LOST)
    partial("ix_duty_held", "duty", ("hold",), "hold IS NOT NULL")
    partial("ix_notice_failed", "notice", ("duty_id",), "state = 'failed'")
    partial("ix_task_suspended", "task", ("id",), "state = 'suspended'")


def downgrade() -> None:
    op.drop_index("ix_task_suspended", "task")
    op.drop_index("ix_notice_failed", "notice")
    op.drop_index("ix_duty_held", "duty")
    op.drop_index("ix_duty_lost", "duty")
    partial("ix_duty_lost", "duty", ("policy_version_id", "kind", "rung"), LOST)


def partial(name: str, table: str, columns: tuple[str, ...], where: str) -> None:
    op.create_index(name, table, columns, postgresql_where=sa.text(where), sqlite_where=sa.text(where))
