"""Going back to a version: a row gets the values again that it had after a deed."""

from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from articles.changes import changing_articles, stories_at_the_end
from articles.editing import editing, note_edited_fields
from articles.models import Action, Article, Provider, Topic
from articles.recording import ARTICLE_COLUMNS, columns_of, recording

# What the desk keeps about a row, and what says whether readers see it, is not a version's to change.
KEPT = {"edited", "conflicts", "is_draft", "publish_at", "unlist_at", "date", "slug", "source_path", "key"}


def restorable(model: type[Model], version: Any) -> dict[str, Any]:
    """Return the values by column that going back to a version (a historical row) would set."""
    tracked = {each.attname for each in version.tracked_fields}
    return {name: getattr(version, name) for name in columns_of(model) if name in tracked and name not in KEPT}


def restore(row: Model, version: Any, user: Any) -> Action | None:
    """Give ``row`` a version's values as an editor's deed; return the deed unless nothing changed."""
    values = restorable(type(row), version)
    when = f"{version.history_date:%Y-%m-%d %H:%M}"
    summary = _("“%(name)s” went back to its version of %(time)s") % {"name": row, "time": when}
    with stories_at_the_end(), recording(user, "restore", summary) as record:
        record.watch(type(row), pk=row.pk)
        if isinstance(row, Article):
            _restore_article(row, values)
        else:
            changed = [name for name, value in values.items() if getattr(row, name) != value]
            for name in changed:
                setattr(row, name, values[name])
            if isinstance(row, Provider | Topic):
                note_edited_fields(row, (name.removesuffix("_id") for name in changed))
            row.save()
    return record.action


def _restore_article(article: Article, values: dict[str, Any]) -> None:
    if values.get("published"):
        values["is_draft"] = False
    elif article.source_path is None and not article.published:
        values.pop("published", None)
    with editing([article.pk]), changing_articles([article.pk]):
        Article.objects.filter(pk=article.pk).update(**{n: v for n, v in values.items() if n in ARTICLE_COLUMNS})
