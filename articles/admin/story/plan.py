"""A decision about a story: the request, a preview of the result, and the reason."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles.admin.base import show_action_message
from articles.editorial.stories.apply import carry_out
from articles.editorial.stories.planning import Desk, Group, Plan, fingerprint
from articles.editorial.stories.suggestions import Join, joins_for
from articles.models import Article, Story, StoryMember
from articles.text.parameters import parse_pk, parse_pks, text_from
from articles.text.rendering import plain_text

MAX_FOUND = 20
MAX_REASON = 200
MAX_QUERY = 200

VERBS = {
    "out": gettext_lazy("Take out"),
    "move": gettext_lazy("Move to another story"),
    "split": gettext_lazy("Split off"),
    "join": gettext_lazy("Join with another story"),
    "lead": gettext_lazy("Make it the lead"),
    "heat": gettext_lazy("Choose the lead by heat"),
    "release": gettext_lazy("Let the site decide again"),
}
NEEDS_ARTICLES = ("out", "move", "split", "lead", "release")
NEEDS_STORY = ("move", "join")
MAY_KEEP_TOGETHER = ("out", "move", "split")


@dataclass(frozen=True, slots=True)
class Asked:
    """The decision that an editor asks for: one of VERBS, with articles of the story, another story, or both."""

    verb: str
    story: Story
    ids: tuple[int, ...]
    other: Story | None
    together: bool

    def query(self, **changed: Any) -> str:
        values: dict[str, Any] = {"do": self.verb, "article": self.ids, "story": self.other.pk if self.other else []}
        values["together"] = "1" if self.together else []
        return urlencode({key: value for key, value in {**values, **changed}.items() if value != []}, doseq=True)

    def problem(self) -> str:
        """Return a message about what is missing; empty if the plan can be made."""
        if self.verb in NEEDS_ARTICLES and not self.ids:
            return _("Choose articles first.")
        if self.verb == "lead" and len(self.ids) > 1:
            return _("Choose one article to lead.")
        if self.verb == "lead" and not Article.objects.listed().filter(pk__among=self.ids).exists():
            return _("Only a listed article can lead a story: readers see it in full.")
        return ""

    def plan(self, desk: Desk) -> Plan:
        pk, ids = self.story.pk, self.ids
        plans: dict[str, Callable[[], Plan]] = {
            "out": lambda: desk.take_out(pk, ids),
            "move": lambda: desk.move(pk, ids, self.other.pk if self.other else 0),
            "split": lambda: desk.split(pk, ids),
            "join": lambda: desk.join(pk, self.other.pk if self.other else 0),
            "lead": lambda: desk.choose_lead(pk, ids[0]),
            "heat": lambda: desk.choose_lead(pk, None),
            "release": lambda: desk.release(ids),
        }
        plan = plans[self.verb]()
        return desk.keep_together(plan, pk, ids) if self.together else plan

    def summary(self) -> str:
        texts = {
            "story": title_of(self.story),
            "other": title_of(self.other) if self.other else "",
            "articles": ngettext("%d article", "%d articles", len(self.ids)) % len(self.ids),
        }
        sentences = {
            "out": _("Took %(articles)s out of the story “%(story)s”"),
            "move": _("Moved %(articles)s from the story “%(story)s” to “%(other)s”"),
            "split": _("Split %(articles)s off the story “%(story)s”"),
            "join": _("Joined the story “%(other)s” with “%(story)s”"),
            "lead": _("Chose another lead for the story “%(story)s”"),
            "heat": _("Choose the lead by heat of the story “%(story)s”"),
            "release": _("Let the links of %(articles)s of the story “%(story)s” decide again"),
        }
        return sentences[self.verb] % texts


def title_of(story: Story) -> str:
    return plain_text(story.lead.title) if story.lead else str(story.pk)


def plan_view(request: HttpRequest, context: dict[str, Any], pk: int) -> HttpResponse:
    """Show a preview of a decision; make it when it is confirmed with a reason, unless the result has changed."""
    asked, desk = asked_for(pk, request.POST if request.method == "POST" else request.GET)
    story = asked.story
    if problem := asked.problem():
        messages.error(request, problem)
        return redirect("admin:articles_story_change", pk)
    context |= {"story": story, "object": story, "asked": asked, "title": VERBS[asked.verb]}
    if asked.verb in NEEDS_STORY and asked.other is None:
        return render(
            request,
            "admin/articles/story/choose.html",
            context | found_for(asked, text_from(request.GET.get("q"), MAX_QUERY)),
        )
    plan = asked.plan(desk)
    after = desk.outcome(plan)
    if request.method == "POST":
        reason = text_from(request.POST.get("reason"), MAX_REASON)
        if not reason:
            messages.error(request, _("Give a reason: other editors will want to know."))
        elif request.POST.get("seen") != fingerprint(after):
            messages.error(request, _("The story has changed in the meantime. This would be the result now."))
        else:
            return decide(request, asked, plan, reason)
    return render(request, "admin/articles/story/plan.html", context | preview_context(asked, desk, plan, after))


def decide(request: HttpRequest, asked: Asked, plan: Plan, reason: str) -> HttpResponse:
    """Carry out a plan, and redirect to the story."""
    action = carry_out(request.user, plan, f"story {asked.verb}", asked.summary(), reason)
    show_action_message(request, action)
    stays = asked.story.lead_id if asked.story.lead_id not in asked.ids else None
    member = StoryMember.objects.filter(article=stays).first() if stays else None
    pk = member.story_id if member else asked.story.pk
    if not Story.objects.filter(pk=pk, size__gt=0).exists():
        return redirect("admin:articles_story_changelist")
    return redirect("admin:articles_story_change", pk)


def asked_for(pk: int, data: Any) -> tuple[Asked, Desk]:
    """Return the decision that a form or link asks for, and the desk with its stories; ignore other stories' articles."""
    verb = data.get("do", "")
    if verb not in VERBS:
        raise Http404("no such decision")
    other_pk = parse_pk(data.get("story")) if verb in NEEDS_STORY else 0
    stories = Story.objects.filter(size__gt=0).select_related("lead").in_bulk([pk, other_pk])
    if pk not in stories:
        raise Http404("no such story")
    desk = Desk(stories)
    wanted = set(parse_pks(data.getlist("article"))) if verb in NEEDS_ARTICLES else set()
    ids = tuple(sorted(wanted & desk.ids(pk)))
    other = stories.get(other_pk) if other_pk != pk else None
    return Asked(verb, stories[pk], ids, other, verb in MAY_KEEP_TOGETHER and data.get("together") == "1"), desk


# -- Choosing another story -----------------------------------------------------------------


def found_for(asked: Asked, text: str) -> dict[str, Any]:
    """Return the stories to choose from: those with similar titles, or search results."""
    joins: list[Join] = [] if text else joins_for(asked.story)
    return {"text": text, "joins": joins, "found": find_stories(text, asked.story.pk) if text else []}


def find_stories(text: str, without: int) -> list[Story]:
    """Return the newest stories with these words in their lead's title, or the one with this number or address."""
    stories = Story.objects.filter(size__gt=0, lead__isnull=False).exclude(pk=without).select_related("lead__provider")
    if number := re.search(r"^\s*(?:\S*/stories/)?(\d{1,18})(?:[-/]\S*)?\s*$", text, re.ASCII):
        return list(stories.filter(pk=parse_pk(number[1])))
    for word in text.split()[:8]:
        stories = stories.filter(lead__title__icontains=word)
    return list(stories.order_by("-listed_from", "-tie", "-id")[:MAX_FOUND])


# -- The preview ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """An article in the preview; ``mark`` is "chosen" for the selected ones, "moves" for those of a story that is joined."""

    title: str
    provider: str
    is_lead: bool
    mark: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A story in the preview."""

    title: str
    size: int
    providers: int
    lines: list[Line]
    more: int


LINES = 30


def preview_context(asked: Asked, desk: Desk, plan: Plan, after: list[Group]) -> dict[str, Any]:
    """Return the context of the preview."""
    rest = desk.ids(asked.story.pk) - set(asked.ids)
    parts = sum(not rest.isdisjoint(node.id for node in group.nodes) for group in after)
    names = desk.provider_names()
    before = desk.before()
    moving = desk.ids(asked.other.pk) if asked.verb == "join" and asked.other else set()
    mark = "moves" if moving else "chosen"
    return {
        "before": [shown(group, set(), names) for group in before],
        "after": [shown(group, set(asked.ids) | moving, names, mark=mark) for group in after],
        "moving": moving_text(asked, len(moving)) if moving else "",
        "seen": fingerprint(after),
        "is_same": fingerprint(before) == fingerprint(after),
        "is_empty": plan == Plan(),
        "may_keep": asked.verb in MAY_KEEP_TOGETHER and (parts > 1 or asked.together),
        "keep_url": f"?{asked.query(together=[] if asked.together else '1')}",
        "back_url": reverse("admin:articles_story_change", args=[asked.story.pk]),
        "reason_length": MAX_REASON,
    }


def moving_text(asked: Asked, number: int) -> str:
    """Return a sentence about the articles that a join of two stories moves."""
    text = ngettext(
        "%(number)d article of “%(other)s” moves to “%(story)s”.",
        "%(number)d articles of “%(other)s” move to “%(story)s”.",
        number,
    )
    other = title_of(asked.other) if asked.other else ""
    return text % {"number": number, "other": other, "story": title_of(asked.story)}


def shown(group: Group, chosen: set[int], names: dict[int, str], most: int = LINES, mark: str = "chosen") -> Shown:
    """Return a story with at most ``most`` of its articles, the lead and the ``chosen`` ones first."""
    lead = group.lead.id if group.lead else None
    nodes = sorted(group.nodes, key=lambda node: (node.id != lead, node.id not in chosen))
    lines = [
        Line(plain_text(node.title), names.get(node.id, ""), node.id == lead, mark if node.id in chosen else "")
        for node in nodes[:most]
    ]
    return Shown(plain_text(group.title), len(nodes), group.providers, lines, len(nodes) - len(lines))
