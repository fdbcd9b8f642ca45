"""The editors' start page: what needs attention, and the current front page with its tools."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from textwrap import shorten
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.admin.ordering import order_buttons
from articles.admin.story.suggestions import list_url
from articles.content.problems import CODES
from articles.editorial.provider_names import sharing_a_name
from articles.editorial.stories.suggestions import WINDOW, suggest
from articles.models import Action, Article, ImportProblem, ImportRun, Note, Pin, Provider, Topic
from articles.pages.cards import Card, cards_for
from articles.pages.front import LATEST, TOP_STORIES, Clock, choose_leads, with_reason
from articles.sync.described import key_in_file
from articles.sync.imports import runs
from articles.text.rendering import plain_text
from articles.text.sentences import enumerated

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
    """A group of things that need attention: at most SHOWN of them, how many there are, and a link to all.

    ``waits`` tells whether it is work: what only informs comes after the front page.
    """

    title: str
    lines: list[Line] = field(default_factory=list)
    url: str = ""
    is_urgent: bool = False
    note: str = ""
    count: int | None = None
    waits: bool = True


@dataclass(frozen=True, slots=True)
class Position:
    """A position on the front page: its card, and the pin if there is one."""

    number: int
    article: int
    card: Card
    pin: int | None

    @property
    def order(self) -> SafeString:
        """The buttons that move a pinned article among the others."""
        url = reverse("admin:articles_pin_move", args=[self.pin])
        return order_buttons(self.pin or 0, "pins", url, plain_text(self.card.title))


def attention(user: Any, newest: dt.datetime, others: Iterable[Section] = ()) -> list[Section]:
    """Return what the desk has to say, in order of need, without empty groups: first what fails, then what waits.

    ``newest`` is the time of the newest article in a story; ``others`` are sections that the user may see, too.
    """
    article, story = "view_article", "change_storydecision"
    sections = [("view_importrun", _last_import()), ("view_note", _notes(user))]
    sections += ((article, section) for section in _articles())
    sections += [
        ("view_topic", _conflicts("topic", Topic, _("Topics in conflict with files"))),
        ("view_provider", _conflicts("provider", Provider, _("Providers in conflict with files"))),
        ("view_pin", _pins()),
        (story, _stories(user, newest)),
        ("view_provider", _providers()),
    ]
    seen = [section for right, section in sections if user.has_perm(f"articles.{right}")]
    seen += others
    return sorted(
        (section for section in seen if section.lines or section.note),
        key=lambda section: (not section.is_urgent, not section.waits),
    )


def _section(title: str, found: QuerySet[Any], lines: list[Line], model: str, query: str = "", **keys: Any) -> Section:
    """Return a section of rows; they are counted only if they may be more than the lines."""
    count = len(lines) if len(lines) < SHOWN else found.count()
    return Section(title, lines, _list(model, query), count=count, **keys)


def _list(model: str, query: str = "") -> str:
    return reverse(f"admin:articles_{model}_changelist") + (f"?{query}" if query else "")


def _change(model: str, pk: int) -> str:
    return reverse(f"admin:articles_{model}_change", args=[pk])


def _articles() -> list[Section]:
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
    titles = {"conflict": _("Conflicts with files"), "draft": _("Drafts"), "scheduled": _("Scheduled articles")}
    return [
        _section(titles[name], found, lines[name], "article", f"state={name}", is_urgent=name == "conflict")
        for name, found in kinds.items()
    ]


def _conflicts(name: str, model: Any, title: str) -> Section:
    """Return the topics or providers in conflict with their files."""
    found = model.objects.exclude(conflicts={}).order_by("name", "pk")
    lines = [
        Line(
            plain_text(row.name),
            ", ".join(map(key_in_file, sorted(row.conflicts))),
            reverse(f"admin:articles_{name}_conflicts", args=[row.pk]),
        )
        for row in found.only("name", "conflicts")[:SHOWN]
    ]
    return _section(title, found, lines, name, "file=conflict", is_urgent=True)


def _notes(user: Any) -> Section:
    """Return the open notes that are assigned to a user or mention them, newest first."""
    notes = Note.objects.open().for_user(user).select_related("author", "article", "story__lead")
    lines = [
        Line(
            shorten(note.text, 120, placeholder="…"), f"{note.author or ''} · {plain_text(str(note.subject))}", note.url
        )
        for note in notes[:SHOWN]
    ]
    return _section(_("Notes for you"), notes, lines, "note", "whose=mine")


def _window(start: dt.datetime | None, end: dt.datetime | None) -> str:
    parts = [(_("from %s"), start), (_("until %s"), end)]
    return " ".join(text % _time(time) for text, time in parts if time)


def _time(time: dt.datetime) -> str:
    return date_format(timezone.localtime(time), "DATETIME_FORMAT")


def _last_import() -> Section:
    """Return what the last import found; it waits for somebody if it failed, or if none has finished for a day."""
    last, url = runs.last_ended(), _list("importrun")
    is_stopped = last is not None and last.state == ImportRun.State.INTERRUPTED
    run = runs.last_finished() if is_stopped else last
    if run is None:
        note = _("The last import was interrupted.") if is_stopped else _("Nothing has been imported yet.")
        return Section(_("Last import"), [], url, is_stopped, note)
    finished = run.finished or run.started
    numbers = ngettext("%d error", "%d errors", run.errors) % run.errors
    note = _("%(time)s ago: %(numbers)s") % {"time": timesince(finished), "numbers": numbers}
    if is_stopped:
        note = enumerated([note, _("a later one was interrupted")])
    fails = is_stopped or bool(run.errors) or runs.age(run) > OLD_IMPORT
    lines = [*_errors(run), *_kinds(run)][:SHOWN]
    return Section(_("Last import"), lines, url, fails, note, run.errors or None, waits=fails)


def _errors(run: ImportRun) -> list[Line]:
    """Return the errors of an import, each of which keeps a file out."""
    if not run.errors:
        return []
    errors = ImportProblem.objects.filter(run=run, code__startswith="E").order_by("code", "pk")[:SHOWN]
    return [Line(each.place, f"{each.code} {each.message}", _change("importrun", run.pk)) for each in errors]


def _kinds(run: ImportRun) -> list[Line]:
    """Return a line for each kind of warning, what is wrong and how often, and one for all notes."""
    url = _change("importrun", run.pk)
    lines = []
    if run.warnings:
        kinds = ImportProblem.objects.filter(run=run, code__startswith="W").order_by("-code").values_list("code")
        lines = [
            Line(f"{code}: {CODES.get(code, code)}", ngettext("%d time", "%d times", number) % number, url)
            for code, number in kinds.annotate(number=Count("pk"))
        ]
    if run.notes:
        lines.append(Line(ngettext("%d note", "%d notes", run.notes) % run.notes, "", url))
    return lines


def _pins() -> Section:
    now = timezone.now()
    soon = Q(starts__gt=now) | Q(ends__lte=now + SOON)
    pins = Pin.objects.filter(soon, ends__gt=now).select_related("article").order_by("starts", "ends")
    lines = [
        Line(
            plain_text(pin.article.title),
            _window(pin.starts if pin.starts > now else None, pin.ends),
            _change("pin", pin.pk),
        )
        for pin in pins[:SHOWN]
    ]
    return _section(_("Pins that begin or end soon"), pins, lines, "pin")


def _stories(user: Any, newest: dt.datetime) -> Section:
    """Return what the story desk proposes about the stories of the last days, to those who may decide."""
    title = _("Stories that may be two, or one with another")
    if not user.has_perm("articles.change_storydecision"):
        return Section(title)
    found = suggest(newest - WINDOW, newest, most=SHOWN)
    splits = [Line(each.story_title, each.reason, _change("story", each.story)) for each in found.splits]
    joins = [
        Line(f"{each.one.title} + {each.other.title}", each.reason, _change("story", each.one.story))
        for each in found.joins
    ]
    return Section(title, [*splits, *joins][:SHOWN], list_url(), count=found.total)


def _providers() -> Section:
    """Return how many providers lack something: a line of each kind, which leads to them, the largest first."""
    conditions = {"logo": Q(images=[]), "name": Q(name=F("domain")), "same": Q(pk__in=sharing_a_name().values("pk"))}
    counts = {kind: Count("pk", filter=condition) for kind, condition in conditions.items()}
    numbers = Provider.objects.aggregate(**counts)
    texts = {
        "logo": ngettext("%d provider has no logo", "%d providers have no logo", numbers["logo"]),
        "name": ngettext("%d provider has no name", "%d providers have no name", numbers["name"]),
        "same": ngettext(
            "%d provider has the name of another", "%d providers have the name of another", numbers["same"]
        ),
    }
    lines = [
        Line(texts[kind] % number, "", _list("provider", f"wants={kind}&o=-6"))
        for kind, number in numbers.items()
        if number
    ]
    return Section(_("Providers"), lines, waits=False)


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
