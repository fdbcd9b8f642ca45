"""The admin of threads: a page for each with its stories, where editors name, cut and join it."""

import re
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles.admin.base import HistoryAdmin, show_action_message
from articles.db.locks import writing_posts
from articles.editorial.threads.deciding import cut_before, join_threads, name_thread, release, take_out
from articles.models import Action, Thread, ThreadDecision, ThreadMember
from articles.pages.paging import LinkedPage, LinkedPaginator, nearest_page
from articles.pages.threads import name_of, stories_of
from articles.text.parameters import parse_pk, parse_pks, text_from

MAY_DECIDE = "articles.change_threaddecision"
PER_PAGE = 100
MAX_TEXT = 200


@admin.register(Thread)
class ThreadAdmin(HistoryAdmin):
    list_display = ("shown_name", "stories", "articles", "providers", "days", "last")
    search_fields = ("name", "head__lead__title")
    list_select_related = ("head__lead",)
    list_per_page = 50
    show_full_result_count = False
    ordering = ("-last", "-id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Thread]:
        return Thread.objects.with_page().order_by(*self.ordering)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Thread | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Thread | None = None) -> bool:
        return False

    def view_on_site(self, thread: Thread) -> str | None:
        return thread.get_absolute_url() if thread.has_page else None

    @admin.display(description=gettext_lazy("name"), ordering="name")
    def shown_name(self, thread: Thread) -> str:
        return name_of(thread)

    @admin.display(description=gettext_lazy("days"), ordering=F("last") - F("first"))
    def days(self, thread: Thread) -> int:
        return (thread.last - thread.first).days if thread.last and thread.first else 0

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(writing_posts(self.decide_view))
        return [path("<int:pk>/decide/", view, name="articles_thread_decide"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show a thread's stories with the possible decisions; nothing is changed here."""
        if request.method not in ("GET", "HEAD") or not self.has_view_permission(request):
            raise PermissionDenied
        rows = Thread.objects.select_related("head__lead", "merged_into")
        thread = get_object_or_404(rows, pk=parse_pk(object_id))
        if thread.merged_into:
            return redirect("admin:articles_thread_change", thread.merged_into.pk)
        members = ThreadMember.objects.filter(thread=thread).seen().newest_first()
        page: LinkedPage[int] = nearest_page(
            request, LinkedPaginator(members.values_list("story_id", flat=True), PER_PAGE, request.path)
        )
        context = {
            **self.admin_site.each_context(request),
            "title": name_of(thread),
            "opts": self.opts,
            "thread": thread,
            "days": self.days(thread),
            "url": self.view_on_site(thread),
            "page": page,
            "stories": with_decisions(list(page)),
            "may_decide": request.user.has_perm(MAY_DECIDE),
            "max_text": MAX_TEXT,
        }
        return render(request, "admin/articles/thread/desk.html", context)

    def decide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Carry out a decision; what it changed is in the activity, from where it can be undone."""
        if not request.user.has_perm(MAY_DECIDE):
            raise PermissionDenied
        thread = get_object_or_404(Thread.objects.select_related("head__lead"), pk=pk, stories__gt=0)
        if request.method == "POST":
            problem, action = decide(request, thread)
            if problem:
                messages.error(request, problem)
            show_action_message(request, action)
        there = Thread.objects.with_page().filter(pk=pk).exists()
        return redirect("admin:articles_thread_change", pk) if there else redirect("admin:articles_thread_changelist")


def with_decisions(ids: list[int]) -> list[dict[str, Any]]:
    """Return stories, and what is decided about each."""
    rows = ThreadDecision.objects.filter(article__member__story__among=set(ids)).select_related("joins")
    decisions = {row.article.member.story_id: row for row in rows.select_related("joins", "article__member")}
    return [{"story": story, "decision": decisions.get(story.id)} for story in stories_of(ids)]


def decide(request: HttpRequest, thread: Thread) -> tuple[str, Action | None]:
    """Carry out what a form asks for; return a message about what is missing, or the action."""
    data = request.POST
    reason = text_from(data.get("reason"), MAX_TEXT)
    if not reason:
        return _("Give a reason: other editors will want to know."), None
    wanted = set(parse_pks(data.getlist("story")))
    members = ThreadMember.objects.filter(thread=thread, story__among=wanted) if wanted else ThreadMember.objects.none()
    stories = sorted(members.values_list("story_id", flat=True))
    verbs: dict[str, Callable[[], tuple[str, Action | None]]] = {
        "name": lambda: _name(request, thread, reason),
        "cut": lambda: _cut(request, thread, stories, reason),
        "out": lambda: _take_out(request, thread, stories, reason),
        "join": lambda: _join(request, thread, reason),
        "release": lambda: _release(request, thread, stories, reason),
    }
    if data.get("do") not in verbs:
        raise Http404("no such decision")
    return verbs[data["do"]]()


def _name(request: HttpRequest, thread: Thread, reason: str) -> tuple[str, Action | None]:
    name = text_from(request.POST.get("name"), MAX_TEXT)
    old = name_of(thread)
    summary = _("Named the thread “%(old)s” “%(name)s”") if name else _("Took back the name of the thread “%(old)s”")
    return "", name_thread(request.user, thread, name, summary % {"old": old, "name": name}, reason)


def _cut(request: HttpRequest, thread: Thread, stories: list[int], reason: str) -> tuple[str, Action | None]:
    if len(stories) != 1:
        return _("Choose the one story that is to begin a thread."), None
    return "", cut_before(request.user, stories[0], _("Cut the thread “%s”") % name_of(thread), reason)


def _take_out(request: HttpRequest, thread: Thread, stories: list[int], reason: str) -> tuple[str, Action | None]:
    if not stories:
        return _("Choose stories first."), None
    text = ngettext("Took %(n)d story out of the thread “%(thread)s”", "Took %(n)d stories out of the thread “%(thread)s”",
                    len(stories)) % {"n": len(stories), "thread": name_of(thread)}  # fmt: skip
    return "", take_out(request.user, stories, text, reason)


def _release(request: HttpRequest, thread: Thread, stories: list[int], reason: str) -> tuple[str, Action | None]:
    if not stories:
        return _("Choose stories first."), None
    text = _("Let links decide again in the thread “%s”") % name_of(thread)
    return "", release(request.user, thread, stories, text, reason)


def _join(request: HttpRequest, thread: Thread, reason: str) -> tuple[str, Action | None]:
    """Join with the thread, or the story, whose number or address was given."""
    text = text_from(request.POST.get("other"), 2000)
    found = re.search(r"^\s*(?:\S*/(threads|stories)/)?(\d{1,18})(?:[-/]\S*)?\s*$", text, re.ASCII)
    number = parse_pk(found[2]) if found else 0
    other = Thread.objects.select_related("merged_into").filter(pk=number).first()
    story = number if found and found[1] == "stories" else (other.merged_into or other).head_id if other else None
    if not story or not thread.head_id:
        return _("Enter the number or address of another thread, or the address of a story."), None
    summary = _("Joined another thread with “%s”") % name_of(thread)
    action = join_threads(request.user, thread.head_id, story, summary, reason)
    return ("" if action else _("That is part of the thread already.")), action
