"""Merging two topics or two providers: the choice, the consequences, and the reason."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_tasks.base import Task

from articles.admin.base import see_task, show_action_message
from articles.admin.taxonomy.conflicts import DescribedAdmin
from articles.db.locks import writing_posts
from articles.jobs import TaskOptions, enqueue
from articles.jobs.queue import has_worker
from articles.models import Action
from articles.text.parameters import parse_pk, text_from
from articles.text.rendering import plain_text
from articles.text.sentences import enumerated

MAX_ARTICLES = 1000  # in a request
MAX_FOUND = 20
MAX_REASON = 200
MAX_QUERY = 200


class MergingAdmin(DescribedAdmin):
    """A model whose rows can be merged; subclasses define how, and the consequences."""

    actions = ("merge_chosen",)
    merge_task: Task[..., Any]
    is_kept_by_articles = False  # whether a row with articles cannot be deleted

    def merge(self, user: Any, row: Any, into: Any, reason: str) -> Action | None:
        raise NotImplementedError

    def count_articles(self, row: Any) -> int:
        """Return how many articles a merge of ``row`` would change."""
        raise NotImplementedError

    def consequences(self, row: Any, into: Any) -> list[str]:
        """Return the consequences of a merge, in sentences."""
        raise NotImplementedError

    def articles_url(self, row: Any) -> str:
        """Return the address of the list of the articles that would move."""
        raise NotImplementedError

    def get_deleted_objects(self, objs: Iterable[Any], request: HttpRequest) -> Any:
        """Return what goes with rows, as Django does, but for their articles: naming each of many would take minutes.

        Nothing else that goes with them needs a permission of its own.
        """
        rows = list(objs)
        aliases = [alias for row in rows for alias in row.aliases.all()]
        named = [f"{capfirst(each._meta.verbose_name)}: {plain_text(str(each))}" for each in (*rows, *aliases)]
        counts = {str(self.opts.verbose_name_plural): len(rows)}
        if aliases:
            counts[str(aliases[0]._meta.verbose_name_plural)] = len(aliases)
        articles = self.about_articles(sum(map(self.count_articles, rows)))
        kept = articles if self.is_kept_by_articles else []
        return [*named, *([] if kept else articles)], counts, set(), kept

    def about_articles(self, number: int) -> list[str]:
        """Return what a deletion means for so many articles, in a sentence."""
        return [ngettext("%d article", "%d articles", number) % number] if number else []

    def look_for(self, text: str) -> QuerySet[Any]:
        raise NotImplementedError

    def similar(self, row: Any) -> Iterable[Any]:
        """Return rows that may be the same as ``row``, the most likely first."""
        raise NotImplementedError

    def detail(self, row: Any) -> str:
        """Return what distinguishes a row from others with the same name."""
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(writing_posts(self.merge_view))
        return [path("<int:pk>/merge/", view, name=f"articles_{self.opts.model_name}_merge"), *super().get_urls()]

    @admin.action(description=gettext_lazy("Merge the two chosen"), permissions=["change"])
    def merge_chosen(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        ids = list(queryset.order_by("pk").values_list("pk", flat=True)[:3])
        if len(ids) != 2:
            messages.error(request, _("Choose two to merge."))
            return None
        url = reverse(f"admin:articles_{self.opts.model_name}_merge", args=[ids[1]])
        return redirect(f"{url}?into={ids[0]}")

    def merge_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Choose the row to merge into, show the consequences, and merge when that is confirmed with a reason."""
        row = get_object_or_404(self.model, pk=pk)
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        data = request.POST if request.method == "POST" else request.GET
        into = self.model._default_manager.exclude(pk=pk).filter(pk=parse_pk(data.get("into"))).first()
        context = {
            **self.admin_site.each_context(request),
            "title": _("Merge “%s” into another") % plain_text(row.name),
            "opts": self.opts,
            "object": row,
            "into": into,
            "reason_length": MAX_REASON,
        }
        if into is None:
            return self._choose(request, row, context)
        if request.method == "POST":
            if reason := text_from(request.POST.get("reason"), MAX_REASON):
                if self.count_articles(row) > MAX_ARTICLES and has_worker():
                    text = _("Merge “%(row)s” into “%(into)s”")
                    title = text % {"row": plain_text(row.name), "into": plain_text(into.name)}
                    options = TaskOptions(title=title, user=request.user, key=f"merge {self.opts.model_name} {pk}")
                    enqueue(self.merge_task, pk, into.pk, reason, options=options)
                    return see_task(request, title)
                show_action_message(request, self.merge(request.user, row, into, reason))
                return redirect(f"admin:articles_{self.opts.model_name}_change", into.pk)
            messages.error(request, _("Give a reason: other editors will want to know."))
        swapped = f"{reverse(f'admin:articles_{self.opts.model_name}_merge', args=[into.pk])}?into={pk}"
        texts = {"row": plain_text(row.name), "into": plain_text(into.name)}
        context |= {
            "title": _("Merge “%(row)s” into “%(into)s”") % texts,
            "consequences": [*self.consequences(row, into), *aliases_move(row)],
            "articles_url": self.articles_url(row),
            "swapped": swapped,
        }
        return render(request, "admin/articles/catalogue/merge.html", context)

    def _choose(self, request: HttpRequest, row: Model, context: dict[str, Any]) -> HttpResponse:
        text = text_from(request.GET.get("q"), MAX_QUERY)
        found = self.look_for(text).exclude(pk=row.pk)[:MAX_FOUND] if text else self.similar(row)
        choices = [(each.pk, plain_text(each.name), self.detail(each)) for each in found]
        context |= {"text": text, "choices": choices}
        return render(request, "admin/articles/catalogue/merge_choose.html", context)


def aliases_move(row: Any) -> list[str]:
    """Return a sentence about the other names, addresses or domains that go with a row, unless it has none."""
    names = [str(each) for each in row.aliases.all()[:MAX_FOUND]]
    if not names:
        return []
    return [_("What also means “%(row)s” means the other one, too: %(names)s") % {
        "row": plain_text(row.name), "names": enumerated([plain_text(name) for name in names])}]  # fmt: skip


def most_similar(text: str, rows: Iterable[Any], compare: Callable[[str, Any], float], least: float) -> list[Any]:
    """Return the rows with a similarity of at least ``least``, the most similar first."""
    scored = [(compare(text, row), row) for row in rows]
    return [row for score, row in sorted(scored, key=lambda each: -each[0]) if score >= least][:MAX_FOUND]
