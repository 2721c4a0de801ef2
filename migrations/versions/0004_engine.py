"""The engine chases every deadline: slips, requests, deputies, receipt, holds, own calendars, drafts of rules."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

DUTY_KINDS = ("sign", "monthly_report", "completion", "bulletin", "assessment")
NEW_DUTY_KINDS = ("consolidation", "review", "slip_reply", "answer")
LETTER_KINDS = ("opened", "advance", "due", "urge", "escalate")
NEW_LETTER_KINDS = (
    "answer",
    "request",
    "verify",
    "urge_slip",
    "blue_slip",
    "yellow_slip",
    "red_slip",
    "talk",
)
TASK_STATES = ("draft", "issued", "underway", "closing", "closed", "withdrawn")
HOLDS = ("fault", "receipt", "extension", "objection", "coordination", "suspension")
ON_TIME = ("able", "risky", "unable")
IDENTITY = ("plan_id", sa.text("coalesce(task_id, 0)"), "unit_id", "kind", "period_key")
"""SQLite cannot tell what an index over an expression is made of: a table that is copied loses it."""


DUTY = sa.table("duty", sa.column("id"), sa.column("kind", sa.String()))
NOTICE = sa.table("notice", sa.column("duty_id"), sa.column("kind", sa.String()))


def upgrade() -> None:
    op.drop_index("uq_duty_identity", "duty")
    new_tables()
    op.add_column("calendar_year", number("edition", 1))
    with op.batch_alter_table("duty") as duty:
        duty.add_column(number("loop", 0))
        duty.add_column(number("checks", 0))
        duty.add_column(instant("received_at"))
        duty.add_column(sa.Column("hold", sa.String(length=24), nullable=True))
        duty.add_column(instant("held_at"))
        duty.add_column(number("cutoff_hour", 24))
        duty.create_check_constraint(op.f("ck_duty_hold"), one_of("hold", HOLDS))
        duty.drop_constraint(op.f("ck_duty_dutykind"), type_="check")
        duty.create_check_constraint(op.f("ck_duty_dutykind"), one_of("kind", (*DUTY_KINDS, *NEW_DUTY_KINDS)))
    op.execute("UPDATE duty SET hold = 'fault' WHERE hold_reason <> ''")
    with op.batch_alter_table("letter") as letter:
        letter.add_column(channel())
        letter.add_column(flag("urgent"))
        letter.add_column(instant("received_at"))
        letter.add_column(sa.Column("received_by_id", sa.Integer(), nullable=True))
        letter.create_foreign_key(op.f("fk_letter_received_by_id"), "person", ["received_by_id"], ["id"])
    with op.batch_alter_table("notice") as notice:
        notice.add_column(number("loop", 0))
        notice.add_column(channel())
        notice.add_column(flag("urgent"))
        notice.add_column(flag("copied"))
        notice.add_column(sa.Column("slip_id", sa.Integer(), nullable=True))
        notice.create_foreign_key(op.f("fk_notice_slip_id"), "slip", ["slip_id"], ["id"])
        notice.drop_constraint(op.f("ck_notice_letterkind"), type_="check")
        notice.create_check_constraint(
            op.f("ck_notice_letterkind"), one_of("kind", (*LETTER_KINDS, *NEW_LETTER_KINDS))
        )
    with op.batch_alter_table("person") as person:
        person.add_column(sa.Column("digest_hour", sa.Integer(), nullable=True))
        person.add_column(flag("fewer"))
        person.add_column(instant("bounced_at"))
        person.add_column(sa.Column("bounce", sa.String(length=400), nullable=False, server_default=""))
    with op.batch_alter_table("report") as report:
        report.add_column(sa.Column("on_time", sa.String(length=24), nullable=True))
        report.add_column(flag("waiting"))
        report.create_check_constraint(op.f("ck_report_ontime"), one_of("on_time", ON_TIME))
    with op.batch_alter_table("task") as task:
        task.drop_constraint(op.f("ck_task_taskstate"), type_="check")
        task.create_check_constraint(op.f("ck_task_taskstate"), one_of("state", (*TASK_STATES, "suspended")))
    with op.batch_alter_table("unit") as unit:
        unit.add_column(sa.Column("calendar_id", sa.Integer(), nullable=True))
        unit.create_foreign_key(op.f("fk_unit_calendar_id"), "work_calendar", ["calendar_id"], ["id"])
    op.create_index("uq_duty_identity", "duty", IDENTITY, unique=True)


def downgrade() -> None:
    op.drop_index("uq_duty_identity", "duty")
    with op.batch_alter_table("unit") as unit:
        unit.drop_constraint(op.f("fk_unit_calendar_id"), type_="foreignkey")
        unit.drop_column("calendar_id")
    op.execute("UPDATE task SET state = 'underway' WHERE state = 'suspended'")
    with op.batch_alter_table("task") as task:
        task.drop_constraint(op.f("ck_task_taskstate"), type_="check")
        task.create_check_constraint(op.f("ck_task_taskstate"), one_of("state", TASK_STATES))
    with op.batch_alter_table("report") as report:
        report.drop_constraint(op.f("ck_report_ontime"), type_="check")
        report.drop_column("waiting")
        report.drop_column("on_time")
    with op.batch_alter_table("person") as person:
        for column in ("bounce", "bounced_at", "fewer", "digest_hour"):
            person.drop_column(column)
    forget_new_notices()
    with op.batch_alter_table("notice") as notice:
        notice.drop_constraint(op.f("ck_notice_letterkind"), type_="check")
        notice.create_check_constraint(op.f("ck_notice_letterkind"), one_of("kind", LETTER_KINDS))
        notice.drop_constraint(op.f("fk_notice_slip_id"), type_="foreignkey")
        for column in ("slip_id", "copied", "urgent", "channel", "loop"):
            notice.drop_column(column)
    with op.batch_alter_table("letter") as letter:
        letter.drop_constraint(op.f("fk_letter_received_by_id"), type_="foreignkey")
        for column in ("received_by_id", "received_at", "urgent", "channel"):
            letter.drop_column(column)
    for table in ("slip", "request"):
        op.drop_table(table)
    op.execute(sa.delete(DUTY).where(DUTY.c.kind.in_(NEW_DUTY_KINDS)))
    with op.batch_alter_table("duty") as duty:
        duty.drop_constraint(op.f("ck_duty_dutykind"), type_="check")
        duty.create_check_constraint(op.f("ck_duty_dutykind"), one_of("kind", DUTY_KINDS))
        duty.drop_constraint(op.f("ck_duty_hold"), type_="check")
        for column in ("cutoff_hour", "held_at", "hold", "received_at", "checks", "loop"):
            duty.drop_column(column)
    op.drop_column("calendar_year", "edition")
    for table in ("policy_draft", "handover", "own_day", "deputy", "contact_point", "work_calendar"):
        op.drop_table(table)
    op.create_index("uq_duty_identity", "duty", IDENTITY, unique=True)


def forget_new_notices() -> None:
    """What the tables below cannot say is dropped: notices in new words, and those of the new kinds of duty."""
    new_duties = sa.select(DUTY.c.id).where(DUTY.c.kind.in_(NEW_DUTY_KINDS))
    new = sa.or_(NOTICE.c.kind.in_(NEW_LETTER_KINDS), NOTICE.c.duty_id.in_(new_duties))
    op.execute(sa.delete(NOTICE).where(new))


def new_tables() -> None:
    op.create_table(
        "work_calendar",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["work_calendar.id"], name=op.f("fk_work_calendar_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_calendar")),
        sa.UniqueConstraint("name", name=op.f("uq_work_calendar_name")),
    )
    op.create_table(
        "contact_point",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bounce", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_contact_point_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_point")),
        sa.UniqueConstraint("person_id", "channel", name=op.f("uq_contact_point_person_id_channel")),
    )
    op.create_table(
        "deputy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("stands_in_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("from_on <= until_on", name=op.f("ck_deputy_days")),
        sa.CheckConstraint("person_id <> stands_in_id", name=op.f("ck_deputy_another")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_deputy_person_id")),
        sa.ForeignKeyConstraint(["set_by_id"], ["person.id"], name=op.f("fk_deputy_set_by_id")),
        sa.ForeignKeyConstraint(["stands_in_id"], ["person.id"], name=op.f("fk_deputy_stands_in_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deputy")),
    )
    op.create_index("ix_deputy_person_id_until_on", "deputy", ["person_id", "until_on"], unique=False)

    op.create_table(
        "own_day",
        sa.Column("calendar_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["calendar_id"], ["work_calendar.id"], name=op.f("fk_own_day_calendar_id")),
        sa.PrimaryKeyConstraint("calendar_id", "day", name=op.f("pk_own_day")),
    )
    op.create_table(
        "handover",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column(
            "post",
            sa.Enum(
                "liaison",
                "section_head",
                "deputy_head",
                "head",
                name="post",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_handover_person_id")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["person.id"], name=op.f("fk_handover_taken_by_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_handover_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
        sa.UniqueConstraint(
            "person_id", "unit_id", "post", "left_at", name=op.f("uq_handover_person_id_unit_id_post_left_at")
        ),
    )
    op.create_table(
        "policy_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "subject",
            sa.Enum(
                "cadence",
                "ladders",
                "light",
                name="policysubject",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("base_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_policy_draft_author_id")),
        sa.ForeignKeyConstraint(["base_id"], ["policy_version.id"], name=op.f("fk_policy_draft_base_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_policy_draft_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_draft")),
    )
    op.create_table(
        "request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "extension",
                "objection",
                "coordination",
                "adjustment",
                "suspension",
                "withdrawal",
                "routine",
                name="requestkind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "granted",
                "refused",
                "withdrawn",
                name="requeststate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "stage",
            sa.Enum(
                "unit", "office", "leader", name="stage", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("duty_id", sa.Integer(), nullable=True),
        sa.Column("raised_by_id", sa.Integer(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("wanted_on", sa.Date(), nullable=True),
        sa.Column("other_unit_id", sa.Integer(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("answer_duty_id", sa.Integer(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("granted_on", sa.Date(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["answer_duty_id"], ["duty.id"], name=op.f("fk_request_answer_duty_id")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_request_answered_by_id")),
        sa.ForeignKeyConstraint(["duty_id"], ["duty.id"], name=op.f("fk_request_duty_id")),
        sa.ForeignKeyConstraint(["other_unit_id"], ["unit.id"], name=op.f("fk_request_other_unit_id")),
        sa.ForeignKeyConstraint(["raised_by_id"], ["person.id"], name=op.f("fk_request_raised_by_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_request_task_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_request_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request")),
    )
    op.create_index("ix_request_state", "request", ["state"], unique=False)
    op.create_index("ix_request_task_id", "request", ["task_id"], unique=False)
    op.create_index(
        "uq_request_pending",
        "request",
        ["task_id", "unit_id", "kind"],
        unique=True,
        postgresql_where=sa.text("state = 'pending'"),
        sqlite_where=sa.text("state = 'pending'"),
    )

    op.create_table(
        "slip",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("duty_id", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("loop", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "opened",
                "advance",
                "due",
                "answer",
                "request",
                "verify",
                "urge",
                "urge_slip",
                "escalate",
                "blue_slip",
                "yellow_slip",
                "red_slip",
                "talk",
                name="letterkind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "sent",
                "answered",
                "dismissed",
                "overtaken",
                name="slipstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reply_duty_id", sa.Integer(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_slip_decided_by_id")),
        sa.ForeignKeyConstraint(["duty_id"], ["duty.id"], name=op.f("fk_slip_duty_id")),
        sa.ForeignKeyConstraint(["reply_duty_id"], ["duty.id"], name=op.f("fk_slip_reply_duty_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slip")),
        sa.UniqueConstraint("duty_id", "epoch", "rung", "loop", name=op.f("uq_slip_duty_id_epoch_rung_loop")),
    )
    op.create_index("ix_slip_state", "slip", ["state"], unique=False)


def number(name: str, default: int) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default=str(default))


def flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())


def instant(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=True)


def channel() -> sa.Column[str]:
    return sa.Column("channel", sa.String(length=24), nullable=False, server_default="email")


def one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"
