"""The columns of a story, computed from its members: its lead, its independent providers and so on."""

import datetime as dt
import html
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone

from articles.content.layout import slug_from
from articles.models import Provider, StoryLead
from articles.models.visibility import has_come, is_to_come
from articles.stories.neighbourhood import SECONDS, Node, Time, as_time
from articles.stories.ranking import rank_of, weight_of

COLUMNS = (
    "slug",
    "lead_id",
    "size",
    "listed",
    "heads",
    "providers",
    "independent",
    "first",
    "last",
    "other_1_id",
    "other_2_id",
    "other_3_id",
    "rank",
    "weight",
    "tie",
    "listed_from",
    "changes_at",
)
UNRANKED = {"rank": None, "weight": None}


@dataclass(slots=True)
class StoryRules:
    """What the columns of stories depend on besides the members: the time, kinds of providers, and chosen leads."""

    now: Time
    wires: set[int]
    vendors: dict[int, set[str]]  # the words of their names
    chosen: dict[int, int]  # articles that editors chose as leads; the highest was chosen last

    @classmethod
    def current(cls) -> "StoryRules":
        wires, vendors = set(), {}
        rows = Provider.objects.filter(kind__in=(Provider.Kind.WIRE, Provider.Kind.VENDOR))
        for pk, kind, name, domain in rows.values_list("id", "kind", "name", "domain"):
            if kind == Provider.Kind.WIRE:
                wires.add(pk)
            else:
                vendors[pk] = own_words(name, domain)
        return replace(cls.for_leads(), wires=wires, vendors=vendors)

    @classmethod
    def for_leads(cls) -> "StoryRules":
        """Return rules that find leads, but not independent providers."""
        chosen = dict(StoryLead.objects.values_list("article_id", "id"))
        return cls(f"{timezone.now().astimezone(dt.UTC):%Y-%m-%d %H:%M:%S}", set(), {}, chosen)

    def is_shown(self, node: Node) -> bool:
        return has_come(node.listed_from and node.listed_from[:SECONDS], self.now)

    def is_later(self, node: Node) -> bool:
        return is_to_come(node.listed_from and node.listed_from[:SECONDS], self.now)

    def lead(self, nodes: Iterable[Node]) -> Node | None:
        """Return the listed node that an editor chose, or with the highest heat, then quality, then the earliest.

        If none is listed, return the best of those that will be listed next.
        """
        shown = [node for node in nodes if self.is_shown(node)]
        if not shown:
            later = [node for node in nodes if self.is_later(node)]
            soonest = min((node.listed_from or "" for node in later), default="")
            shown = [node for node in later if node.listed_from == soonest]
        return min(shown, key=self.order, default=None)

    def order(self, node: Node) -> tuple[int, int, int, Time, str, int]:
        return (-self.chosen.get(node.id, 0), -node.heat, -node.quality, node.published, node.title, node.tie)

    def heat(self, lead: Node, nodes: Iterable[Node]) -> int:
        """Return a story's heat: the highest of its listed articles and its lead."""
        return max([lead.heat, *(node.heat for node in nodes if self.is_shown(node))])

    def is_independent(self, provider_id: int, title: str) -> bool:
        """Return whether an article counts as independent: not from a press wire, nor from a vendor about itself."""
        if provider_id in self.wires:
            return False
        words = self.vendors.get(provider_id)
        return not words or words.isdisjoint(title.split())


def normal_title(title: str) -> str:
    """Return a title's words in lower case, which verbatim copies have in common."""
    return " ".join(re.findall(r"\w+", html.unescape(title).casefold()))


def own_words(name: str, domain: str) -> set[str]:
    """Return the words by which titles refer to a vendor."""
    return {word for word in normal_title(f"{name} {domain.split('.')[-2:][0]}").split() if len(word) > 2} - {
        "the",
        "and",
    }


def originals(accounts: Iterable[tuple[Time, int, int, str]], rules: StoryRules) -> list[int]:
    """Return the ties of the independent articles, and of each title only the earliest.

    ``accounts`` have time, tie, provider and title.
    """
    first: dict[str, int] = {}
    for _, tie, provider_id, title in sorted(accounts):
        text = normal_title(title)
        if rules.is_independent(provider_id, text):
            first.setdefault(text, tie)
    return list(first.values())


def independent_providers(nodes: Collection[Node], rules: StoryRules) -> int:
    """Return the number of providers with an independent article."""
    if len(nodes) == 1:
        [node] = nodes
        alone = not rules.wires and not rules.vendors
        return int(alone or rules.is_independent(node.provider_id, normal_title(node.title)))
    providers = {node.tie: node.provider_id for node in nodes}
    accounts = ((node.published, node.tie, node.provider_id, node.title) for node in nodes)
    return len({providers[tie] for tie in originals(accounts, rules)})


def facts(nodes: list[Node], rules: StoryRules) -> dict[str, Any]:
    """Return the columns of a story with these members."""
    if len(nodes) == 1:
        return _facts_of_one(nodes[0], rules)
    lead = rules.lead(nodes)
    later = [node.listed_from or "" for node in nodes if rules.is_later(node)]
    until = lead.listed_from if lead and rules.is_later(lead) else None
    seen = [node for node in nodes if not rules.is_later(node) or node.listed_from == until]
    seen = seen or nodes
    lead_provider = lead.provider_id if lead else None
    best = (
        sorted(seen, key=lambda node: (-node.quality, node.published, node.title, node.tie)) if len(seen) > 1 else seen
    )
    others = list(dict.fromkeys(node.provider_id for node in best if node.provider_id != lead_provider))
    independent = independent_providers(seen, rules)
    times = [node.published for node in seen]
    return {
        "slug": slug_from(html.unescape(lead.title))[:80].strip("-_") if lead else "",
        "lead_id": lead.id if lead else None,
        "size": len(seen),
        "listed": sum(node.listed_from is not None for node in seen),
        "heads": sum(node.heat != -1 and not node.is_reference for node in seen),
        "providers": len({node.provider_id for node in seen}),
        "independent": independent,
        "first": min(times),
        "last": max(times),
        **{f"other_{place + 1}_id": others[place] if place < len(others) else None for place in range(3)},
        **(_ranked(lead, rules.heat(lead, nodes), independent) if lead else UNRANKED),
        "tie": lead.tie if lead else 0,
        "listed_from": lead.listed_from if lead else None,
        "changes_at": min((time for time in later if until is None or time > until), default=None),
    }


def _ranked(lead: Node, heat: int, independent: int) -> dict[str, float]:
    time = as_time(lead.published)
    rank = rank_of(heat, lead.quality, independent, time)
    return {"rank": rank, "weight": weight_of(rank, time)}


def _facts_of_one(node: Node, rules: StoryRules) -> dict[str, Any]:
    """Return the columns of a story of one article, as most are; it needs no slug before it has a page."""
    is_listed = node.listed_from is not None
    independent = independent_providers([node], rules)
    return {
        "slug": "",
        "lead_id": node.id if is_listed else None,
        "size": 1,
        "listed": int(is_listed),
        "heads": int(node.heat != -1 and not node.is_reference),
        "providers": 1,
        "independent": independent,
        "first": node.published,
        "last": node.published,
        "other_1_id": None if is_listed else node.provider_id,
        "other_2_id": None,
        "other_3_id": None,
        **(_ranked(node, node.heat, independent) if is_listed else UNRANKED),
        "tie": node.tie if is_listed else 0,
        "listed_from": node.listed_from,
        "changes_at": None,
    }
