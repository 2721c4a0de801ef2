"""The engine is watched: duties that lost their next moment are found by an index; a storm of letters is held."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

LOST = sa.text("state = 'open' AND next_action_at IS NULL AND hold_reason = ''")


def upgrade() -> None:
    op.create_table(
        "mail_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["released_by_id"], ["person.id"], name=op.f("fk_mail_hold_released_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_hold")),
    )
    op.create_index(
        "uq_mail_hold_open",
        "mail_hold",
        [sa.text("(released_at IS NULL)")],
        unique=True,
        postgresql_where=sa.text("released_at IS NULL"),
        sqlite_where=sa.text("released_at IS NULL"),
    )
    op.create_index(
        "ix_duty_lost",
        "duty",
        ["policy_version_id", "kind", "rung"],
        postgresql_where=LOST,
        sqlite_where=LOST,
    )


def downgrade() -> None:
    op.drop_index("ix_duty_lost", "duty")
    op.drop_table("mail_hold")
