"""What a task commits to, the review of a draft, and new versions of a document."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STATES = ("draft", "issued", "underway", "closing", "closed")
KINDS = (
    "dated",
    "continuing",
    "recurring",
    "indicator",
    "institution",
    "project",
    "advocacy",
    "rectification",
)
TASK_COLUMNS = (
    "part",
    "level",
    "recurrence_text",
    "start_text",
    "kind",
    "kind_reason",
    "noted",
    "accepted_at",
    "accepted_by_id",
)
TABLES = ("commitment", "candidate", "revision", "former_source", "force_member")
TASK = sa.table("task", sa.column("id"), sa.column("doubts", sa.JSON()), sa.column("state", sa.String()))


def upgrade() -> None:
    op.create_table(
        "force_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("force", sa.String(length=120), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "leader",
                "deputy",
                "member",
                "office",
                name="forcerole",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("printed", sa.String(length=120), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_force_member_person_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_force_member_plan_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_force_member_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_force_member")),
    )
    op.create_index(op.f("ix_force_member_plan_id"), "force_member", ["plan_id"])

    op.create_table(
        "former_source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("document_number", sa.String(length=80), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_former_source_plan_id")),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"], ["person.id"], name=op.f("fk_former_source_replaced_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source_document.id"], name=op.f("fk_former_source_source_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_source")),
    )
    op.create_index(op.f("ix_former_source_plan_id"), "former_source", ["plan_id"])

    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_revision_by_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_revision_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
    )
    op.create_index(op.f("ix_revision_plan_id"), "revision", ["plan_id"])

    op.create_table(
        "candidate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=400), nullable=False),
        sa.Column("section", sa.String(length=400), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("who", sa.JSON(), nullable=False),
        sa.Column("deadline_on", sa.Date(), nullable=True),
        sa.Column("deadline_text", sa.String(length=120), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "taken",
                "dismissed",
                name="candidatestate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_candidate_plan_id")),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_candidate_task_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate")),
    )
    op.create_index(op.f("ix_candidate_plan_id"), "candidate", ["plan_id"])

    op.create_table(
        "commitment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "milestone",
                "deliverable",
                "indicator",
                name="commitmentkind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "comparison",
            sa.Enum(
                "reach",
                "at_least",
                "at_most",
                "not_fall",
                "not_rise",
                "rise_by",
                "fall_by",
                name="comparison",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("target", sa.String(length=40), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_commitment_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment")),
    )
    op.create_index(op.f("ix_commitment_task_id"), "commitment", ["task_id"])

    with op.batch_alter_table("mention") as mention:
        mention.add_column(words("full", 120))
    with op.batch_alter_table("plan") as plan:
        plan.add_column(sa.Column("replaces_id", sa.Integer(), nullable=True))
        plan.add_column(sa.Column("proposals", sa.JSON(), nullable=False, server_default="{}"))
        plan.add_column(sa.Column("doubts", sa.JSON(), nullable=False, server_default="[]"))
        plan.create_foreign_key(op.f("fk_plan_replaces_id"), "plan", ["replaces_id"], ["id"])
    with op.batch_alter_table("task") as task:
        task.add_column(sa.Column("part", sa.Integer(), nullable=True))
        task.add_column(sa.Column("level", sa.Integer(), nullable=False, server_default="1"))
        task.add_column(words("recurrence_text", 120))
        task.add_column(words("start_text", 120))
        task.add_column(sa.Column("kind", sa.String(length=24), nullable=False, server_default="continuing"))
        task.add_column(words("kind_reason", 200))
        task.add_column(sa.Column("noted", sa.JSON(), nullable=False, server_default="{}"))
        task.add_column(sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True))
        task.add_column(sa.Column("accepted_by_id", sa.Integer(), nullable=True))
        task.create_foreign_key(op.f("fk_task_accepted_by_id"), "person", ["accepted_by_id"], ["id"])
        task.create_check_constraint(op.f("ck_task_taskkind"), one_of("kind", KINDS))
        task.drop_constraint(op.f("ck_task_taskstate"), type_="check")
        task.create_check_constraint(op.f("ck_task_taskstate"), one_of("state", (*STATES, "withdrawn")))
    rewrite_doubts(lambda doubt: {"code": "", "sentence": doubt, "start": None, "end": None})


def downgrade() -> None:
    rewrite_doubts(lambda doubt: doubt["sentence"])
    op.execute(TASK.update().where(TASK.c.state == "withdrawn").values(state="closed"))
    for table in TABLES:
        op.drop_table(table)
    with op.batch_alter_table("task") as task:
        task.drop_constraint(op.f("ck_task_taskstate"), type_="check")
        task.create_check_constraint(op.f("ck_task_taskstate"), one_of("state", STATES))
        task.drop_constraint(op.f("ck_task_taskkind"), type_="check")
        task.drop_constraint(op.f("fk_task_accepted_by_id"), type_="foreignkey")
        for column in TASK_COLUMNS:
            task.drop_column(column)
    with op.batch_alter_table("plan") as plan:
        plan.drop_constraint(op.f("fk_plan_replaces_id"), type_="foreignkey")
        for column in ("replaces_id", "proposals", "doubts"):
            plan.drop_column(column)
    with op.batch_alter_table("mention") as mention:
        mention.drop_column("full")


def words(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False, server_default="")


def one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def rewrite_doubts(rewrite: Callable[[Any], object]) -> None:
    connection = op.get_bind()
    for task_id, doubts in connection.execute(sa.select(TASK.c.id, TASK.c.doubts)).all():
        changed = [rewrite(doubt) for doubt in doubts]
        connection.execute(TASK.update().where(TASK.c.id == task_id).values(doubts=changed))
