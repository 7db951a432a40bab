"""Tables whose rows are never changed: what was done, decided, filed and issued. A slip is put right by another row."""

from alembic import op


def create_refusal() -> None:
    """Create what refuses changes."""
    op.execute("""
        CREATE FUNCTION daiban_refuse_changes() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
        END $$
    """)


def drop_refusal() -> None:
    """Drop it again, when no table needs it any more."""
    op.execute("DROP FUNCTION daiban_refuse_changes")


def refuse_changes(table: str) -> None:
    """Let rows be added to a table, and nothing else; the triggers go with the table."""
    for name, event, each in (
        ("append_only", "UPDATE OR DELETE", "ROW"),
        ("no_truncate", "TRUNCATE", "STATEMENT"),
    ):
        op.execute(
            f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table}"
            f" FOR EACH {each} EXECUTE FUNCTION daiban_refuse_changes()"
        )
