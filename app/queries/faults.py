"""How the database says that it cannot: for pages, which do not know SQLAlchemy."""

from __future__ import annotations

from sqlalchemy.exc import DatabaseError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout

DATABASE_FAULTS: tuple[type[Exception], ...] = (DatabaseError, InterfaceError, PoolTimeout)
