"""Alembic's entry: runs on the connection that ``models.migrate`` hands over."""

from alembic import context

import models
from models.base import metadata

assert models.Application.metadata is metadata  # importing models has defined every table

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
