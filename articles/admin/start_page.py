"""The editors' start page: what needs attention, and the current front page with its tools."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.admin.story.suggestions import list_url
from articles.content.problems import CODES
from articles.editorial.stories.suggestions import WINDOW, newest_time, suggest
from articles.models import Action, Article, ImportProblem, ImportRun, Pin, Provider
from articles.pages.cards import Card, cards_for
from articles.pages.front import LATEST, TOP_STORIES, Clock, choose_leads, with_reason
from articles.sync.imports import runs
from articles.text.rendering import plain_text

SHOWN = 8
SOON = dt.timedelta(days=1)
OLD_IMPORT = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Line:
    """Something to look at: its text, a note, and a link."""

    text: str
    note: str
    url: str


@dataclass(frozen=True, slots=True)
class Section:
    """A group of things that need attention: at most SHOWN of them, and a link to all."""

    title: str
    lines: list[Line] = field(default_factory=list)
    url: str = ""
    is_urgent: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Position:
    """A position on the front page: its card, and the pin if there is one."""

    number: int
    article: int
    card: Card
    pin: int | None


def attention(user: Any) -> list[Section]:
    """Return what needs attention, most urgent first, without empty groups."""
    by_kind = _articles()
    article, story = "view_article", "change_storydecision"
    sections = [
        (
            article,
            _section(_("Conflicts with files"), by_kind["conflict"], "article", "state=conflict", is_urgent=True),
        ),
        ("view_importrun", _last_import()),
        (article, _section(_("Drafts"), by_kind["draft"], "article", "state=draft")),
        (article, _section(_("Scheduled articles"), by_kind["scheduled"], "article", "state=scheduled")),
        ("view_pin", _section(_("Pins that begin or end soon"), _pins(), "pin")),
        (story, Section(_("Stories that may be two, or one with another"), _stories(user), list_url())),
        ("view_provider", _section(_("Providers without a name or logo"), _providers(), "provider")),
    ]
    seen = [section for right, section in sections if user.has_perm(f"articles.{right}")]
    return [section for section in seen if section.lines or section.note]


def _section(title: str, lines: list[Line], model: str, query: str = "", is_urgent: bool = False) -> Section:
    return Section(title, lines, _list(model, query), is_urgent)


def _list(model: str, query: str = "") -> str:
    return reverse(f"admin:articles_{model}_changelist") + (f"?{query}" if query else "")


def _change(model: str, pk: int) -> str:
    return reverse(f"admin:articles_{model}_change", args=[pk])


def _articles() -> dict[str, list[Line]]:
    """Return articles in conflict, drafts and scheduled ones, in one query."""
    newest_first = ("-published_date_time", "-tie", "-pk")  # as in the index of the few that editors look for
    kinds = {
        "conflict": Article.objects.in_conflict().order_by(*newest_first),
        "draft": Article.objects.drafts().filter(publish_at=None).order_by(*newest_first),
        "scheduled": Article.objects.scheduled().order_by("publish_at", "unlist_at"),
    }
    condition = Q()
    for found in kinds.values():
        condition |= Q(pk__in=found.values("pk")[:SHOWN])
    columns = ("pk", "title", "conflicts", "is_draft", "publish_at", "unlist_at", "drafted_by__username")
    lines: dict[str, list[Line]] = {name: [] for name in kinds}
    for row in Article.objects.filter(condition).order_by(*newest_first).values(*columns):
        text, url = plain_text(row["title"]), _change("article", row["pk"])
        if row["conflicts"]:
            conflicts = reverse("admin:articles_article_conflicts", args=[row["pk"]])
            lines["conflict"].append(Line(text, ", ".join(sorted(row["conflicts"])), conflicts))
        if row["publish_at"] or row["unlist_at"]:
            lines["scheduled"].append(Line(text, _window(row["publish_at"], row["unlist_at"]), url))
        elif row["is_draft"]:
            lines["draft"].append(Line(text, row["drafted_by__username"] or "", url))
    return lines


def _window(start: dt.datetime | None, end: dt.datetime | None) -> str:
    parts = [(_("from %s"), start), (_("until %s"), end)]
    return " ".join(text % _time(time) for text, time in parts if time)


def _time(time: dt.datetime) -> str:
    return date_format(timezone.localtime(time), "SHORT_DATETIME_FORMAT")


def _last_import() -> Section:
    run = runs.last_finished()
    url = _list("importrun")
    if run is None:
        return Section(_("Last import"), [], url, note=_("Nothing has been imported yet."))
    finished = run.finished or run.started
    numbers = ngettext("%d error", "%d errors", run.errors) % run.errors
    note = _("%(time)s ago: %(numbers)s") % {"time": timesince(finished), "numbers": numbers}
    lines = [*_errors(run), *_kinds(run)][:SHOWN]
    return Section(_("Last import"), lines, url, bool(run.errors) or runs.age(run) > OLD_IMPORT, note)


def _errors(run: ImportRun) -> list[Line]:
    """Return the errors of an import, each of which keeps a file out."""
    if not run.errors:
        return []
    errors = ImportProblem.objects.filter(run=run, code__startswith="E").order_by("code", "pk")[:SHOWN]
    return [Line(each.place, f"{each.code} {each.message}", _change("importrun", run.pk)) for each in errors]


def _kinds(run: ImportRun) -> list[Line]:
    """Return a line for each kind of warning, then of note: what is wrong, and how often."""
    if not (run.warnings or run.notes):
        return []
    others = ImportProblem.objects.filter(run=run).exclude(code__startswith="E").order_by("-code")
    kinds = others.values_list("code").annotate(number=Count("pk"))
    url = _change("importrun", run.pk)
    return [
        Line(f"{code}: {CODES.get(code, code)}", ngettext("%d time", "%d times", number) % number, url)
        for code, number in kinds
    ]


def _pins() -> list[Line]:
    now = timezone.now()
    soon = Q(starts__gt=now) | Q(ends__lte=now + SOON)
    pins = Pin.objects.filter(soon, ends__gt=now).select_related("article").order_by("starts", "ends")[:SHOWN]
    return [
        Line(
            plain_text(pin.article.title),
            _window(pin.starts if pin.starts > now else None, pin.ends),
            _change("pin", pin.pk),
        )
        for pin in pins
    ]


def _stories(user: Any) -> list[Line]:
    """Return what the story desk proposes about the stories of the last days, to those who may decide."""
    if not user.has_perm("articles.change_storydecision"):
        return []
    until = newest_time()
    found = suggest(until - WINDOW, until, most=SHOWN)
    splits = [Line(each.story_title, each.reason, _change("story", each.story)) for each in found.splits]
    joins = [
        Line(f"{each.one.title} + {each.other.title}", each.reason, _change("story", each.one.story))
        for each in found.joins
    ]
    return [*splits, *joins][:SHOWN]


def _providers() -> list[Line]:
    unknown = Provider.objects.filter(Q(name=F("domain")) | Q(images=[])).order_by("-pk")[:SHOWN]
    lines = []
    for provider in unknown:
        lacks = [(provider.name == provider.domain, _("no name")), (not provider.images, _("no logo"))]
        note = ", ".join(text for is_lacking, text in lacks if is_lacking)
        lines.append(Line(provider.domain, note, _change("provider", provider.pk)))
    return lines


def front_positions() -> list[Position]:
    """Return the front page as readers see it now, without what is folded."""
    choice = choose_leads(TOP_STORIES, LATEST)
    clock = Clock.of(choice.newest)
    ids = choice.top + [run.lead for run in choice.latest]
    pins = dict(Pin.objects.current().values_list("article_id", "pk")) if choice.pins else {}
    cards = cards_for(ids)
    return [
        Position(number, pk, with_reason(card, clock, choice.pins.get(pk)), pins.get(pk) if pk in choice.pins else None)
        for number, (pk, card) in enumerate(zip(ids, cards, strict=True), start=1)
    ]


def recent_actions() -> list[Action]:
    actions = Action.objects.filter(part_of=None).select_related("user").defer("changed", "created", "deleted")
    return list(actions[:SHOWN])
