"""An article's topics and earlier titles as columns beside its own, so that pages need no second query."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func, OuterRef, QuerySet, Subquery, TextField
from django.db.models.sql.compiler import SQLCompiler


class Rows(Func):
    """A JSON list of the rows of a subquery, each a list of the given columns, in no order."""

    function = "json_group_array"
    template = "%(function)s(json_array(%(expressions)s))"
    output_field = TextField()

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> tuple[str, Any]:
        template = "json_agg(json_build_array(%(expressions)s))::text"
        return super().as_sql(compiler, connection, template=template, **context)


def topics_column(links: QuerySet[Any]) -> Subquery:
    """Return the topics of each article as JSON: position, id of the link, name, slug and id of each."""
    rows = Rows("position", "pk", "topic__name", "topic__slug", "topic_id")
    return Subquery(links.filter(article=OuterRef("pk")).order_by().annotate(rows=rows).values("rows"))


def earlier_titles_column(titles: QuerySet[Any]) -> Subquery:
    """Return the earlier titles of each article as JSON: until when, and the title, of each."""
    return Subquery(
        titles.filter(article=OuterRef("pk")).order_by().annotate(rows=Rows("until", "title")).values("rows")
    )
