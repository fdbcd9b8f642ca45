"""Add triggers: a name, address or domain refers to one topic or provider, whether it is a current or a former one.

Constraints look at one table, so that triggers compare the tables of topics and providers with those of their other
names. A row's own other name is none of another's, and may be there for as long as it takes to rename the row.

On SQLite, Django writes a table anew to change it, which loses its triggers, and cannot give it its name back while the
triggers of another table speak of it: a later migration of these four tables calls ``drop_triggers`` before and
``create_triggers`` after.
"""

from typing import Any

from django.db import migrations

# Tables with a column for the row that it is about, and the columns of it that others may not have.
PAIRS = [
    ("articles_topic", "articles_topicalias", "topic_id", ("key", "slug")),
    ("articles_provider", "articles_provideralias", "provider_id", ("domain",)),
]
MESSAGE = "this name is that of another row"


def mend(apps: Any, schema_editor: Any) -> None:
    """Take from other names what is a name of today: that is what files and links mean by it."""
    topics, aliases = (apps.get_model("articles", name).objects for name in ("Topic", "TopicAlias"))
    keys, slugs = (set(topics.values_list(column, flat=True)) for column in ("key", "slug"))
    for alias in aliases.order_by("pk"):
        is_name, is_slug = alias.key in keys, alias.slug in slugs
        if is_name or is_slug:
            key, slug = (None if is_name else alias.key), (None if is_slug else alias.slug)
            if key or slug:
                aliases.filter(pk=alias.pk).update(name=alias.name if key else "", key=key, slug=slug)
            else:
                aliases.filter(pk=alias.pk).delete()
    domains = apps.get_model("articles", "Provider").objects.order_by().values("domain")
    apps.get_model("articles", "ProviderAlias").objects.filter(domain__in=domains).delete()


def triggers() -> list[tuple[str, str, str, str]]:
    """Return name, table, columns and condition of each trigger; the condition tells that a new row has another's name."""
    found = []
    for table, aliases, owner, columns in PAIRS:
        for on, other, same in ((table, aliases, f"{owner} = NEW.id"), (aliases, table, f"id = NEW.{owner}")):
            tests = (f"EXISTS (SELECT 1 FROM {other} WHERE {name} = NEW.{name} AND NOT {same})" for name in columns)
            watched = ", ".join(columns if on == table else (owner, *columns))
            found.append((f"{on}_names", on, watched, " OR ".join(tests)))
    return found


def create_triggers(apps: Any, schema_editor: Any) -> None:
    drop_triggers(apps, schema_editor)
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for name, table, columns, condition in triggers():
        for statement in sqlite(name, table, columns, condition) if is_sqlite else postgresql(name, table, columns, condition):
            schema_editor.execute(statement)


def sqlite(name: str, table: str, columns: str, condition: str) -> list[str]:
    return [
        f"CREATE TRIGGER {name}_{when.split()[0].lower()} BEFORE {when} ON {table} WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        for when in ("INSERT", f"UPDATE OF {columns}")
    ]


def postgresql(name: str, table: str, columns: str, condition: str) -> list[str]:
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN "
        f"RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'unique_violation'; END IF; RETURN NEW; END $$",
        f"CREATE TRIGGER {name} BEFORE INSERT OR UPDATE OF {columns} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]


def drop_triggers(apps: Any, schema_editor: Any) -> None:
    for name, table, _columns, _condition in triggers():
        if schema_editor.connection.vendor == "sqlite":
            for when in ("insert", "update"):
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}_{when}")
        else:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {name}()")


class Migration(migrations.Migration):

    dependencies = [("articles", "0019_unique_rows")]

    operations = [
        migrations.RunPython(mend, migrations.RunPython.noop),
        migrations.RunPython(create_triggers, drop_triggers),
    ]
