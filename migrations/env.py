"""Alembic's entry: the address from config, the tables from app.models."""

from alembic import context

import app.models  # noqa: F401  (fills the metadata)
from app.db import Base, make_engine
from config import from_env

address = context.config.attributes.get("database_url") or from_env().DATABASE_URL
engine = make_engine(address)
with engine.connect() as connection:
    if engine.dialect.name == "sqlite":  # a table that is copied and renamed is gone for a moment
        connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
