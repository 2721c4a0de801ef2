"""Reports in full, what proves them, bulletins that never change once printed, the year's assessment."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

DUTY_KINDS = (
    "sign",
    "monthly_report",
    "completion",
    "bulletin",
    "assessment",
    "consolidation",
    "review",
    "slip_reply",
    "answer",
)
NEW_DUTY_KINDS = ("explanation", "appeal")
LETTER_KINDS = (
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
)
NEW_LETTER_KINDS = ("nudge", "issued")
REPORT_STATES = ("draft", "submitted", "returned", "accepted")
NEW_REPORT_STATES = ("signoff", "checking")
SUBJECTS = ("cadence", "ladders", "light")
NEW_SUBJECTS = ("appraisal",)
PACES = ("on", "behind", "ahead", "done", "other")
CAUSES = ("funds", "land", "posts", "permits", "staff", "weather", "other")
RETURN_REASONS = ("no_facts", "figures", "off_topic", "incomplete", "no_steps", "unsigned", "other")
CLOSING_GRADES = ("excellent", "good", "pass")
IDENTITY = ("plan_id", sa.text("coalesce(task_id, 0)"), "unit_id", "kind", "period_key")

DUTY = sa.table("duty", sa.column("id"), sa.column("kind", sa.String()))
NOTICE = sa.table("notice", sa.column("duty_id"), sa.column("kind", sa.String()))
DRAFT = sa.table("policy_draft", sa.column("subject", sa.String()))
VERSION = sa.table("policy_version", sa.column("subject", sa.String()))

PARTS = ("bulletin_section", "bulletin_naming")


def upgrade() -> None:
    op.drop_index("uq_duty_identity", "duty")
    new_tables()
    says("duty", "kind", "dutykind", (*DUTY_KINDS, *NEW_DUTY_KINDS))
    for table in ("notice", "slip"):
        says(table, "kind", "letterkind", (*LETTER_KINDS, *NEW_LETTER_KINDS))
    for table in ("policy_draft", "policy_version"):
        says(table, "subject", "policysubject", (*SUBJECTS, *NEW_SUBJECTS))
    with op.batch_alter_table("report") as report:
        report.add_column(sa.Column("occurred", sa.Boolean(), nullable=True))
        for name in ("schedule", "cause", "return_reason"):
            report.add_column(sa.Column(name, sa.String(length=24), nullable=True))
        for name in ("help_words", "unchanged_reason", "signed_by"):
            report.add_column(words(name))
        for name in ("unchanged", "after_lock"):
            report.add_column(flag(name))
        for name in ("help_unit_id", "signer_id"):
            report.add_column(sa.Column(name, sa.Integer(), nullable=True))
        report.add_column(sa.Column("next_on", sa.Date(), nullable=True))
        report.add_column(sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True))
        report.create_foreign_key(op.f("fk_report_help_unit_id"), "unit", ["help_unit_id"], ["id"])
        report.create_foreign_key(op.f("fk_report_signer_id"), "person", ["signer_id"], ["id"])
        report.create_check_constraint(op.f("ck_report_pace"), one_of("schedule", PACES))
        report.create_check_constraint(op.f("ck_report_cause"), one_of("cause", CAUSES))
        report.create_check_constraint(
            op.f("ck_report_returnreason"), one_of("return_reason", RETURN_REASONS)
        )
        report.drop_constraint(op.f("ck_report_reportstate"), type_="check")
        report.create_check_constraint(
            op.f("ck_report_reportstate"), one_of("state", (*REPORT_STATES, *NEW_REPORT_STATES))
        )
    with op.batch_alter_table("task") as task:
        task.add_column(sa.Column("close_paper", sa.String(length=400), nullable=False, server_default=""))
        task.add_column(sa.Column("closing_grade", sa.String(length=24), nullable=True))
        task.create_check_constraint(op.f("ck_task_closinggrade"), one_of("closing_grade", CLOSING_GRADES))
    freeze_printed_bulletins()
    guard_traces()
    op.create_index("uq_duty_identity", "duty", IDENTITY, unique=True)


def downgrade() -> None:
    op.drop_index("uq_duty_identity", "duty")
    unfreeze_printed_bulletins()
    op.drop_table("trace")
    with op.batch_alter_table("task") as task:
        task.drop_constraint(op.f("ck_task_closinggrade"), type_="check")
        task.drop_column("closing_grade")
        task.drop_column("close_paper")
    op.execute("UPDATE report SET state = 'draft' WHERE state = 'signoff'")
    op.execute("UPDATE report SET state = 'submitted' WHERE state = 'checking'")
    op.drop_table("measure")
    op.drop_table("correction")
    op.drop_table("evidence_use")
    with op.batch_alter_table("report") as report:
        report.drop_constraint(op.f("ck_report_reportstate"), type_="check")
        report.create_check_constraint(op.f("ck_report_reportstate"), one_of("state", REPORT_STATES))
        for name in ("returnreason", "cause", "pace"):
            report.drop_constraint(op.f(f"ck_report_{name}"), type_="check")
        for name in ("help_unit_id", "signer_id"):
            report.drop_constraint(op.f(f"fk_report_{name}"), type_="foreignkey")
        for name in (
            "signed_at",
            "next_on",
            "signer_id",
            "help_unit_id",
            "after_lock",
            "unchanged",
            "signed_by",
            "unchanged_reason",
            "help_words",
            "return_reason",
            "cause",
            "schedule",
            "occurred",
        ):
            report.drop_column(name)
    for table in TABLES_LEFT:
        op.drop_table(table)
    forget_what_is_new()
    for table in ("policy_draft", "policy_version"):
        says(table, "subject", "policysubject", SUBJECTS)
    for table in ("notice", "slip"):
        says(table, "kind", "letterkind", LETTER_KINDS)
    says("duty", "kind", "dutykind", DUTY_KINDS)
    op.create_index("uq_duty_identity", "duty", IDENTITY, unique=True)


TABLES_LEFT = (
    "bulletin_section",
    "bulletin_naming",
    "assessment_score",
    "assessment_entry",
    "appeal",
    "nudge",
    "consolidation",
    "bulletin",
    "assessment",
    "evidence",
    "paper_template",
)
"""What refers to nothing else in this list but what comes after it."""


def forget_what_is_new() -> None:
    """What the tables below cannot say is dropped: notices in new words, and those of the new kinds of duty."""
    new_duties = sa.select(DUTY.c.id).where(DUTY.c.kind.in_(NEW_DUTY_KINDS))
    new = sa.or_(NOTICE.c.kind.in_(NEW_LETTER_KINDS), NOTICE.c.duty_id.in_(new_duties))
    op.execute(sa.delete(NOTICE).where(new))
    op.execute(sa.delete(DUTY).where(DUTY.c.kind.in_(NEW_DUTY_KINDS)))
    for table in (DRAFT, VERSION):
        op.execute(sa.delete(table).where(table.c.subject.in_(NEW_SUBJECTS)))


def freeze_printed_bulletins() -> None:
    """A printed bulletin never changes: the database itself refuses, whatever route or service asks."""
    if op.get_bind().dialect.name == "sqlite":
        for statement in sqlite_freeze():
            op.execute(statement)
        return
    op.execute(POSTGRESQL_FREEZE)
    op.execute(
        "CREATE TRIGGER bulletin_frozen BEFORE UPDATE OR DELETE ON bulletin "
        "FOR EACH ROW EXECUTE FUNCTION refuse_printed_bulletin()"
    )
    for table in PARTS:
        op.execute(
            f"CREATE TRIGGER {table}_frozen BEFORE INSERT OR UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_printed_bulletin()"
        )


POSTGRESQL_FREEZE = """
CREATE FUNCTION refuse_printed_bulletin() RETURNS trigger AS $$
DECLARE printed boolean;
BEGIN
    IF TG_TABLE_NAME = 'bulletin' THEN
        printed := OLD.state = 'published';
    ELSIF TG_OP = 'INSERT' THEN
        SELECT state = 'published' INTO printed FROM bulletin WHERE id = NEW.bulletin_id;
    ELSE
        SELECT state = 'published' INTO printed FROM bulletin WHERE id = OLD.bulletin_id;
    END IF;
    IF printed THEN
        RAISE EXCEPTION 'a printed bulletin never changes';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END;
$$ LANGUAGE plpgsql
"""


def sqlite_freeze() -> list[str]:
    refuse = "SELECT RAISE(ABORT, 'a printed bulletin never changes')"
    of_bulletin = [
        f"CREATE TRIGGER bulletin_frozen_{act.lower()} BEFORE {act} ON bulletin FOR EACH ROW "
        f"WHEN OLD.state = 'published' BEGIN {refuse}; END"
        for act in ("UPDATE", "DELETE")
    ]
    of_parts = [
        f"CREATE TRIGGER {table}_frozen_{act.lower()} BEFORE {act} ON {table} FOR EACH ROW "
        f"WHEN EXISTS (SELECT 1 FROM bulletin WHERE id = {row}.bulletin_id AND state = 'published') "
        f"BEGIN {refuse}; END"
        for table in PARTS
        for act, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD"))
    ]
    return of_bulletin + of_parts


def unfreeze_printed_bulletins() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for act in ("update", "delete"):
            op.execute(f"DROP TRIGGER bulletin_frozen_{act}")
        for table in PARTS:
            for act in ("insert", "update", "delete"):
                op.execute(f"DROP TRIGGER {table}_frozen_{act}")
        return
    for table in ("bulletin", *PARTS):
        op.execute(f"DROP TRIGGER {table}_frozen ON {table}")
    op.execute("DROP FUNCTION refuse_printed_bulletin()")


def guard_traces() -> None:
    """What an act left behind is as append-only as the ledger it belongs to; the triggers go with the table."""
    if op.get_bind().dialect.name == "sqlite":
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER trace_keeps_{event.lower()} BEFORE {event} ON trace "
                "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
            )
        return
    op.execute(
        "CREATE TRIGGER trace_keeps BEFORE UPDATE OR DELETE OR TRUNCATE ON trace "
        "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"
    )


def says(table: str, column: str, name: str, values: tuple[str, ...]) -> None:
    """The words a column may hold."""
    with op.batch_alter_table(table) as changed:
        changed.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
        changed.create_check_constraint(op.f(f"ck_{table}_{name}"), one_of(column, values))


def words(name: str) -> sa.Column[str]:
    length = {"signed_by": sa.String(length=60), "unchanged_reason": sa.String(length=400)}
    return sa.Column(name, length.get(name, sa.Text()), nullable=False, server_default="")


def flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())


def one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def new_tables() -> None:
    op.create_table(
        "trace",
        sa.Column("entry_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_trace")),
    )
    op.create_table(
        "paper_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("paper", sa.String(length=40), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["person.id"], name=op.f("fk_paper_template_uploaded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_template")),
    )
    op.create_index("ix_paper_template_paper", "paper_template", ["paper"], unique=False)

    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_evidence_unit_id")),
        sa.ForeignKeyConstraint(["uploaded_by_id"], ["person.id"], name=op.f("fk_evidence_uploaded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("unit_id", "sha256", name=op.f("uq_evidence_unit_id_sha256")),
    )
    op.create_index("ix_evidence_sha256", "evidence", ["sha256"], unique=False)

    op.create_table(
        "assessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column("duty_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "running",
                "prepublished",
                "settled",
                "archived",
                name="assessmentstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("cutoff_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("prepublished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appeals_until_on", sa.Date(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["duty_id"], ["duty.id"], name=op.f("fk_assessment_duty_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_assessment_plan_id")),
        sa.ForeignKeyConstraint(["scheme_id"], ["policy_version.id"], name=op.f("fk_assessment_scheme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint("plan_id", "year", name=op.f("uq_assessment_plan_id_year")),
    )
    op.create_table(
        "bulletin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "quarterly",
                "project",
                name="bulletinkind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("period_key", sa.String(length=16), nullable=False),
        sa.Column("duty_id", sa.Integer(), nullable=True),
        sa.Column("corrects_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "review",
                "signing",
                "signed",
                "published",
                name="bulletinstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("issue", sa.Integer(), nullable=True),
        sa.Column("issuers", sa.JSON(), nullable=False),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("ranking", sa.Boolean(), nullable=False),
        sa.Column("cutoff_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drafted_by_id", sa.Integer(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by_id", sa.Integer(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_by_id", sa.Integer(), nullable=True),
        sa.Column("approval", sa.String(length=200), nullable=False),
        sa.Column("back_words", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.Column("paper", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["corrects_id"], ["bulletin.id"], name=op.f("fk_bulletin_corrects_id")),
        sa.ForeignKeyConstraint(["drafted_by_id"], ["person.id"], name=op.f("fk_bulletin_drafted_by_id")),
        sa.ForeignKeyConstraint(["duty_id"], ["duty.id"], name=op.f("fk_bulletin_duty_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_bulletin_plan_id")),
        sa.ForeignKeyConstraint(["published_by_id"], ["person.id"], name=op.f("fk_bulletin_published_by_id")),
        sa.ForeignKeyConstraint(["reviewed_by_id"], ["person.id"], name=op.f("fk_bulletin_reviewed_by_id")),
        sa.ForeignKeyConstraint(["signed_by_id"], ["person.id"], name=op.f("fk_bulletin_signed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin")),
    )
    op.create_index("ix_bulletin_corrects_id", "bulletin", ["corrects_id"], unique=False)
    op.create_index(
        "uq_bulletin_period",
        "bulletin",
        ["plan_id", "kind", "period_key"],
        unique=True,
        postgresql_where=sa.text("corrects_id IS NULL"),
        sqlite_where=sa.text("corrects_id IS NULL"),
    )

    op.create_table(
        "consolidation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("duty_id", sa.Integer(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("done", sa.Text(), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.Column("next_step", sa.Text(), nullable=False),
        sa.Column("lacking", sa.JSON(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("filed_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["duty_id"], ["duty.id"], name=op.f("fk_consolidation_duty_id")),
        sa.ForeignKeyConstraint(["filed_by_id"], ["person.id"], name=op.f("fk_consolidation_filed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consolidation")),
        sa.UniqueConstraint("duty_id", name=op.f("uq_consolidation_duty_id")),
    )
    op.create_table(
        "nudge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("duty_id", sa.Integer(), nullable=False),
        sa.Column("nudged_on", sa.Date(), nullable=False),
        sa.Column("nudged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("nudged_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["duty_id"], ["duty.id"], name=op.f("fk_nudge_duty_id")),
        sa.ForeignKeyConstraint(["nudged_by_id"], ["person.id"], name=op.f("fk_nudge_nudged_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nudge")),
        sa.UniqueConstraint("duty_id", "nudged_on", name=op.f("uq_nudge_duty_id_nudged_on")),
    )
    op.create_table(
        "appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=60), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("signed_by", sa.String(length=60), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised_by_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "upheld",
                "rejected",
                "withdrawn",
                name="appealstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("duty_id", sa.Integer(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_appeal_assessment_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_appeal_decided_by_id")),
        sa.ForeignKeyConstraint(["duty_id"], ["duty.id"], name=op.f("fk_appeal_duty_id")),
        sa.ForeignKeyConstraint(["raised_by_id"], ["person.id"], name=op.f("fk_appeal_raised_by_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_appeal_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
    )
    op.create_index("ix_appeal_assessment_id_unit_id", "appeal", ["assessment_id", "unit_id"], unique=False)

    op.create_table(
        "assessment_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "addition",
                "deduction",
                "veto",
                "evaluation",
                "inspection",
                "year_check",
                name="entrykind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("item", sa.String(length=60), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("document_number", sa.String(length=120), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_words", sa.String(length=400), nullable=False),
        sa.CheckConstraint("document_number <> ''", name=op.f("ck_assessment_entry_document")),
        sa.CheckConstraint(
            "kind <> 'veto' OR evidence_id IS NOT NULL", name=op.f("ck_assessment_entry_finding")
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_assessment_entry_assessment_id")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["person.id"], name=op.f("fk_assessment_entry_entered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.id"], name=op.f("fk_assessment_entry_evidence_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_assessment_entry_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_entry")),
    )
    op.create_index(
        "ix_assessment_entry_assessment_id_unit_id",
        "assessment_entry",
        ["assessment_id", "unit_id"],
        unique=False,
    )

    op.create_table(
        "assessment_score",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "preview", "final", name="scorestage", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("group_key", sa.String(length=24), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column(
            "grade",
            sa.Enum(
                "excellent",
                "good",
                "pass",
                "fail",
                name="grade",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("breakdown", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_assessment_score_assessment_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_assessment_score_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_score")),
        sa.UniqueConstraint(
            "assessment_id", "unit_id", "stage", name=op.f("uq_assessment_score_assessment_id_unit_id_stage")
        ),
    )
    op.create_table(
        "bulletin_naming",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bulletin_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("duty_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_by_on", sa.Date(), nullable=True),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("explained_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("explained_by_id", sa.Integer(), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_words", sa.String(length=400), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bulletin_id"], ["bulletin.id"], name=op.f("fk_bulletin_naming_bulletin_id")
        ),
        sa.ForeignKeyConstraint(["duty_id"], ["duty.id"], name=op.f("fk_bulletin_naming_duty_id")),
        sa.ForeignKeyConstraint(
            ["explained_by_id"], ["person.id"], name=op.f("fk_bulletin_naming_explained_by_id")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_bulletin_naming_task_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_bulletin_naming_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin_naming")),
    )
    op.create_index("ix_bulletin_naming_bulletin_id", "bulletin_naming", ["bulletin_id"], unique=False)
    op.create_index("ix_bulletin_naming_unit_id", "bulletin_naming", ["unit_id"], unique=False)

    op.create_table(
        "bulletin_section",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bulletin_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("heading", sa.String(length=100), nullable=False),
        sa.Column("generated", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("edited_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bulletin_id"], ["bulletin.id"], name=op.f("fk_bulletin_section_bulletin_id")
        ),
        sa.ForeignKeyConstraint(
            ["edited_by_id"], ["person.id"], name=op.f("fk_bulletin_section_edited_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin_section")),
        sa.UniqueConstraint("bulletin_id", "key", name=op.f("uq_bulletin_section_bulletin_id_key")),
    )
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("after_lock", sa.Boolean(), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("corrected_by_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["corrected_by_id"], ["person.id"], name=op.f("fk_correction_corrected_by_id")
        ),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_correction_report_id")),
        sa.ForeignKeyConstraint(["seen_by_id"], ["person.id"], name=op.f("fk_correction_seen_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    op.create_index("ix_correction_report_id", "correction", ["report_id"], unique=False)

    op.create_table(
        "evidence_use",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=False),
        sa.Column(
            "place",
            sa.Enum(
                "report",
                "closing",
                "check",
                "indicator",
                "assessment",
                name="evidenceplace",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("duty_id", sa.Integer(), nullable=True),
        sa.Column("commitment_id", sa.Integer(), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_by_id", sa.Integer(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["commitment_id"],
            ["commitment.id"],
            name=op.f("fk_evidence_use_commitment_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_evidence_use_evidence_id")),
        sa.ForeignKeyConstraint(["duty_id"], ["duty.id"], name=op.f("fk_evidence_use_duty_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_evidence_use_task_id")),
        sa.ForeignKeyConstraint(["used_by_id"], ["person.id"], name=op.f("fk_evidence_use_used_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_use")),
    )
    op.create_index("ix_evidence_use_evidence_id", "evidence_use", ["evidence_id"], unique=False)
    op.create_index("ix_evidence_use_duty_id", "evidence_use", ["duty_id"], unique=False)
    op.create_index("ix_evidence_use_task_id", "evidence_use", ["task_id"], unique=False)

    op.create_table(
        "measure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitment.id"], name=op.f("fk_measure_commitment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_measure_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure")),
        sa.UniqueConstraint("report_id", "commitment_id", name=op.f("uq_measure_report_id_commitment_id")),
    )
    op.create_index("ix_measure_commitment_id", "measure", ["commitment_id"], unique=False)
