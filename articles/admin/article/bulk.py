"""Bulk changes of articles: chosen in the list, shown in a preview, and undone with one click.

The action in the list leads to a preview of what will change for each article; only confirming that changes anything.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from articles.admin.article.bulk_actions import BULK, Values
from articles.admin.article.bulk_task import change_articles
from articles.admin.base import see_task, show_action_message
from articles.changes import stories_at_the_end
from articles.editorial.recording import recording
from articles.jobs import TaskOptions, enqueue
from articles.jobs.queue import has_worker
from articles.models import Article, Pin
from articles.text.parameters import parse_pks
from articles.text.rendering import plain_text

MAX_ARTICLES = 1000  # in a request
MAX_IN_TASK = 20_000
MOST_SHOWN = 100  # in a preview
# Pins have positions, of which nobody needs as many.
ONLY_IN_REQUESTS = {"pin"}


def most_articles(name: str) -> int:
    """Return how many articles may be changed at once now: more while there is a worker for them."""
    return MAX_IN_TASK if name not in ONLY_IN_REQUESTS and has_worker() else MAX_ARTICLES


class BulkActions:
    """The list's actions and their preview."""

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        allowed = {name: bulk for name, bulk in BULK.items() if request.user.has_perms(bulk.permissions)}
        return {name: (self._chosen(name), name, bulk.title) for name, bulk in allowed.items()}

    def _chosen(self, name: str) -> Callable[[Any, HttpRequest, QuerySet[Article]], HttpResponse | None]:
        def show(admin: Any, request: HttpRequest, queryset: QuerySet[Article]) -> HttpResponse | None:
            ids = queryset.order_by().values_list("pk", flat=True)[: MAX_IN_TASK + 1]
            return self.bulk_page(request, name, list(ids), None)

        return show

    def bulk_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """Show a preview of the change to the articles in ``ids``, or make it when the preview was confirmed."""
        if name not in BULK:
            raise Http404
        given = (request.POST if request.method == "POST" else request.GET).get("ids", "")
        ids = parse_pks(given.split(","))
        if not ids:
            return redirect("admin:articles_article_changelist")
        return self.bulk_page(request, name, ids, request.POST if request.method == "POST" else None)

    def bulk_page(self, request: HttpRequest, name: str, ids: list[int], data: Any) -> HttpResponse:
        bulk = BULK[name]
        if not request.user.has_perms(bulk.permissions):
            raise PermissionDenied
        if len(ids) > MAX_ARTICLES and len(ids) > (most := most_articles(name)):
            text = _("At most %d articles can be changed at once: narrow the list first.")
            messages.error(request, text % most)
            return redirect("admin:articles_article_changelist")
        large = ("body", "featured_content", "secured", "extra", "provider_said", "images", "excerpt")
        found = Article.objects.filter(pk__among=ids, is_reference=False).select_related("provider").defer(*large)
        by_id = {article.pk: article for article in found}
        articles = [by_id[pk] for pk in dict.fromkeys(ids) if pk in by_id]
        form = bulk.form(data) if data is not None else bulk.form()
        values = form.cleaned_data if data is not None and form.is_valid() else None
        if values is None and not bulk.asks and data is None:
            values = {}
        changes = bulk.plan(articles, values) if values is not None else []
        changing = [change for change in changes if change.is_change]
        if data is not None and "confirm" in data and values is not None:
            return self.bulk_apply(request, name, [change.pk for change in changing], values)
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": bulk.title,
            "opts": Article._meta,
            "name": name,
            "form": form,
            "ids": ",".join(str(article.pk) for article in articles),
            "articles": articles[:MOST_SHOWN],
            "total": len(articles),
            "changes": changing[:MOST_SHOWN],
            "changing": len(changing),
            "unchanged": [change for change in changes if not change.is_change][:MOST_SHOWN],
            "staying": len(changes) - len(changing),
            "most": MOST_SHOWN,
            "is_shown": values is not None,
            "media": self.media + form.media,  # type: ignore[attr-defined]
        }
        return render(request, "admin/articles/article/bulk.html", context)

    def bulk_apply(self, request: HttpRequest, name: str, ids: list[int], values: Values) -> HttpResponse:
        bulk = BULK[name]
        if len(ids) > MAX_ARTICLES:
            return self.bulk_enqueue(request, name, ids)
        if ids:
            summary, reason = bulk.done(len(ids)), values.get("reason", "")
            with stories_at_the_end(), recording(request.user, name, summary, reason) as record:
                for pk in ids if name == "pin" else ():
                    record.subjects.add((Article._meta.label_lower, pk))
                bulk.apply(record, ids, values)
            show_action_message(request, record.action, notes=overlaps(record.made.get(Pin, ())))
        else:
            messages.info(request, _("There was nothing to change."))
        return redirect("admin:articles_article_changelist")

    def bulk_enqueue(self, request: HttpRequest, name: str, ids: list[int]) -> HttpResponse:
        """Leave a change of many articles to the worker; the start page shows how far it is."""
        bulk = BULK[name]
        data = {key: request.POST.getlist(key) for key in bulk.form().fields}
        summary = bulk.done(len(ids))
        options = TaskOptions(title=summary, user=request.user)
        enqueue(change_articles, name, ids, data, summary, options=options)
        return see_task(request, summary)


def overlaps(ids: Iterable[int]) -> Iterator[str]:
    """Yield warnings of other pins for the same position at the same time."""
    for pin in Pin.objects.filter(pk__among=list(ids)[:20]):
        for other in Pin.objects.overlapping(pin).select_related("article"):
            text = _(
                "“%(title)s” is pinned at position %(place)d at that time, too; the one that starts later comes first."
            )
            yield text % {"title": plain_text(other.article.title), "place": pin.place}
