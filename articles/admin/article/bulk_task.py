"""Bulk changes of so many articles that no request should wait for them: a task makes them in parts."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django_tasks import task

from articles.admin.article.bulk_actions import BULK, Values
from articles.changes import stories_at_the_end
from articles.editorial.recording import recording
from articles.jobs.current import TaskFailedError
from articles.jobs.parts import PART, Parts
from articles.models import Article


@task()
def change_articles(name: str, ids: list[int], data: dict[str, list[str]], summary: str) -> None:
    """Make a change of BULK to articles; ``data`` is what its form was sent."""
    values, parts = _values(name, data), Parts(len(ids))
    reason = values.get("reason", "")
    whole = parts.begin(name, summary, reason)
    while parts.done < len(ids):
        chosen = ids[parts.done : parts.done + PART]
        with stories_at_the_end(), recording(parts.user, name, summary, reason, whole) as record:
            # Without those that have been deleted since.
            there = list(Article.objects.filter(pk__among=chosen).order_by("pk").values_list("pk", flat=True))
            BULK[name].apply(record, there, values)
            parts.note(parts.done + len(chosen))
        parts.rest()


def _values(name: str, data: dict[str, list[str]]) -> Values:
    sent = QueryDict(mutable=True)
    for key, texts in data.items():
        sent.setlist(key, texts)
    form: Any = BULK[name].form(sent)
    if not form.is_valid():
        raise TaskFailedError(_("What was chosen has been deleted or changed meanwhile."))
    return dict(form.cleaned_data)
