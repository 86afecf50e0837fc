"""What alembic runs: every revision in one transaction on the connection handed over by `migrate`."""

import sqlalchemy as sa
from alembic import context

connection: sa.Connection = context.config.attributes["connection"]
connection.execute(sa.text("CREATE SCHEMA IF NOT EXISTS daybook"))
context.configure(connection=connection, version_table_schema="daybook")
with context.begin_transaction():
    context.run_migrations()
