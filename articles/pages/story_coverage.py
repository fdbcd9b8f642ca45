"""The records of a story's page: accounts in groups, credits, and a timeline of providers."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Provider
from articles.pages.cards import NO_TOPICS, Facts, RelatedItem, related_items
from articles.stories import normal_title
from articles.text.dates import written

LABELS = {Provider.Kind.WIRE: gettext_lazy("press wire"), Provider.Kind.VENDOR: gettext_lazy("vendor"),
          Provider.Kind.BLOG: gettext_lazy("blog")}  # fmt: skip
FOLDS = ("provider", "time", "quality")
SHOWN = {"provider": 1, "time": 5, "quality": 5}  # accounts of a group before the rest is folded
QUALITY_BAND = 20


@dataclass(frozen=True, slots=True)
class Account:
    """One article of a story; a copy has the same title as an earlier one."""

    id: int
    item: RelatedItem
    provider_id: int
    provider_url: str
    tie: int
    is_copy: bool = False

    @property
    def facts(self) -> Facts:
        return self.item.facts

    @property
    def quality(self) -> int:
        return self.facts.quality

    @property
    def time(self) -> dt.datetime:
        return self.item.published_date_time

    @property
    def label(self) -> str:
        """The kind of its provider if readers should know it, such as "press wire"."""
        kind = self.facts.kind
        return str(LABELS.get(Provider.Kind(kind), "")) if kind in Provider.Kind.values else ""


@dataclass(frozen=True, slots=True)
class Group:
    """A group of accounts: those that are shown, and those folded behind them."""

    title: str
    url: str
    shown: list[Account]
    folded: list[Account]


@dataclass(frozen=True, slots=True)
class Point:
    """When a provider joined the story, and the coordinates of that in the drawing."""

    name: str
    time: dt.datetime
    articles: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Timeline:
    """A drawing of when each provider joined: one point each, from the lower left to the upper right."""

    width: int
    height: int
    points: tuple[Point, ...]
    path: str
    start: dt.datetime
    end: dt.datetime
    left: int
    right: int
    bottom: int


def accounts_from(rows: Iterable[dict[str, Any]], topics: Mapping[int, frozenset[str]] = NO_TOPICS) -> list[Account]:
    """Return the accounts of rows in their order; all but the earliest with the same title are marked as copies."""
    rows = list(rows)
    items = related_items(rows, rows[0]["member__story_id"] if rows else None, topics)
    accounts = [
        Account(row["id"], item, row["provider_id"], reverse("provider", args=[row["provider__domain"]]), row["tie"])
        for row, item in zip(rows, items, strict=True)
    ]
    first: dict[str, int] = {}
    for account in sorted(accounts, key=lambda each: (each.time, each.tie)):
        first.setdefault(normal_title(account.item.title), account.id)
    return [replace(each, is_copy=first[normal_title(each.item.title)] != each.id) for each in accounts]


def best_account(accounts: list[Account]) -> Account:
    return min(accounts, key=lambda each: (-each.quality, each.time, each.tie))


def first_report(accounts: list[Account]) -> Account:
    return min(accounts, key=lambda each: (each.time, each.tie))


def one_per_provider(accounts: Iterable[Account], shown: int) -> tuple[list[Account], list[Account]]:
    """Return the best account of each of the first ``shown`` providers, and the rest; both in the order of ``accounts``."""
    best: dict[int, Account] = {}
    for account in accounts:
        best.setdefault(account.provider_id, account)
    first = list(best.values())[:shown]
    chosen = {account.id for account in first}
    return first, [account for account in accounts if account.id not in chosen]


def groups_by(fold: str, accounts: list[Account]) -> list[Group]:
    """Return accounts (best first) in groups by provider, day or quality."""
    by_time = sorted(accounts, key=lambda each: (each.time, each.tie))
    if fold == "time":
        return _groups(by_time, fold, lambda each: written(each.time, "j F Y"))
    if fold == "quality":
        return _groups(accounts, fold, lambda each: _band(each.quality))
    return _groups(accounts, fold, lambda each: each.provider_id)


def _groups(accounts: list[Account], fold: str, key: Callable[[Account], Any]) -> list[Group]:
    groups: dict[Any, list[Account]] = defaultdict(list)
    for account in accounts:
        groups[key(account)].append(account)
    shown = SHOWN[fold]
    return [
        Group(
            members[0].item.provider_name if fold == "provider" else name,
            members[0].provider_url if fold == "provider" else "",
            members[:shown],
            members[shown:],
        )
        for name, members in groups.items()
    ]


def _band(quality: int) -> str:
    lowest = max(quality, 0) // QUALITY_BAND * QUALITY_BAND
    return _("Quality %(lowest)d to %(highest)d") % {"lowest": lowest, "highest": lowest + QUALITY_BAND - 1}


def timeline_of(accounts: list[Account], width: int = 640, step: int = 14, margin: int = 12) -> Timeline | None:
    """Return the timeline as a drawing ``width`` units wide, or None if there is only one provider."""
    joined: dict[int, Account] = {}
    counts: dict[int, int] = defaultdict(int)
    for account in sorted(accounts, key=lambda each: (each.time, each.tie)):
        joined.setdefault(account.provider_id, account)
        counts[account.provider_id] += 1
    if len(joined) < 2:
        return None
    start, end = min(each.time for each in accounts), max(each.time for each in accounts)
    span = (end - start).total_seconds()
    step = max(min(step, 280 // len(joined)), 2)
    height = len(joined) * step + 2 * margin
    points = [
        Point(
            account.item.provider_name,
            account.time,
            counts[provider],
            round(margin + (width - 2 * margin) * ((account.time - start).total_seconds() / span if span else 0.5), 1),
            round(height - margin - step * index - step / 2, 1),
        )
        for index, (provider, account) in enumerate(joined.items())
    ]
    bottom = height - margin
    path = f"M{points[0].x} {bottom}" + "".join(f"H{point.x}V{point.y}" for point in points) + f"H{width - margin}"
    return Timeline(width, height, tuple(points), path, start, end, margin, width - margin, bottom)


def span_days(start: dt.datetime, end: dt.datetime) -> int:
    """Return the number of days from ``start`` to ``end``, rounded."""
    return round((end - start) / dt.timedelta(days=1))
