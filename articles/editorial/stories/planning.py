"""Plans of editors' decisions about stories, and the stories that would result.

Plans are only computed here; apply.py carries them out. Decisions name articles, never stories, so that they stay valid
whatever later imports link.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256

from django.db.models import QuerySet

from articles.models import StoryMember
from articles.stories.events import Likenesses
from articles.stories.facts import StoryRules
from articles.stories.grouping import groups_of, likenesses
from articles.stories.joining import components
from articles.stories.neighbourhood import Decision, Node, Region, around
from articles.text.rendering import plain_text

Members = dict[int, Node]


@dataclass(frozen=True, slots=True)
class Plan:
    """Decisions by article (None removes one), and whether articles become chosen leads or stop being one."""

    decisions: dict[int, Decision | None] = field(default_factory=dict)
    leads: dict[int, bool] = field(default_factory=dict)

    def ids(self) -> set[int]:
        joined = {decision.joins for decision in self.decisions.values() if decision and decision.joins}
        return {*self.decisions, *self.leads, *joined}


@dataclass(frozen=True, slots=True)
class Group:
    """A story that would result: its lead, if any, and all members, best account first."""

    lead: Node | None
    nodes: tuple[Node, ...]

    @property
    def title(self) -> str:
        return (self.lead or self.nodes[0]).title

    @property
    def providers(self) -> int:
        return len({node.provider_id for node in self.nodes})


class Desk:
    """Some stories with all that may join them, to make plans and to compute their outcome."""

    def __init__(self, stories: Collection[int]) -> None:
        members = StoryMember.objects.filter(story__among=set(stories))
        self.story_of, self.providers = self._read(members)

    @cached_property
    def rules(self) -> StoryRules:
        return StoryRules.for_leads()

    @cached_property
    def region(self) -> Region:
        return self._load()

    @cached_property
    def alike(self) -> Likenesses:
        return likenesses(self.region)

    def _read(self, members: QuerySet[StoryMember]) -> tuple[dict[int, int], dict[int, str]]:
        """Return members' stories and the names of their providers, by article."""
        rows = list(members.values_list("article_id", "story_id", "article__provider__name"))
        return {pk: story for pk, story, _ in rows}, {pk: name for pk, _, name in rows}

    def _load(self) -> Region:
        region = around(set(self.story_of))
        if others := region.members.keys() - self.providers.keys():
            _, providers = self._read(StoryMember.objects.filter(article__among=others))
            self.providers |= providers
        return region

    def provider_names(self) -> dict[int, str]:
        """Return the names of the providers of all articles of the region, by article."""
        return {pk: plain_text(name) for pk, name in self.providers.items()}

    def ids(self, story: int) -> set[int]:
        return {pk for pk, its in self.story_of.items() if its == story}

    def members(self, story: int) -> Members:
        return {pk: self.region.nodes[pk] for pk in self.ids(story)}

    def best(self, ids: Iterable[int]) -> int:
        """Return the article to name a group by: its lead, or the one that would lead if it were listed."""
        nodes = [self.region.nodes[pk] for pk in ids]
        lead = self.rules.lead(nodes)
        return lead.id if lead else min(nodes, key=self.rules.order).id

    # -- Plans ----------------------------------------------------------------------

    def take_out(self, story: int, ids: Collection[int]) -> Plan:
        """Plan to make each of the articles a story of its own."""
        return self._leaving(story, ids, {pk: Decision(None) for pk in ids})

    def move(self, story: int, ids: Collection[int], to: int) -> Plan:
        """Plan to move articles to another story."""
        target = self.best(self.members(to))
        return self._leaving(story, ids, {pk: Decision(target) for pk in ids})

    def split(self, story: int, ids: Collection[int]) -> Plan:
        """Plan to make the articles one story of their own."""
        first = self.best(ids)
        return self._leaving(story, ids, {pk: Decision(None if pk == first else first) for pk in ids})

    def join(self, story: int, other: int) -> Plan:
        """Plan to join another story with this one, including what will belong to either."""
        return Plan(self._joined(self.members(other), self.best(self.members(story)), {}))

    def several(self, splits: Iterable[tuple[int, Collection[int]]], joins: Iterable[tuple[int, int]]) -> Plan:
        """Plan several splits of (story, articles) and joins of two stories at once.

        All stories that joins connect are joined with the largest of them, without what splits take from them.
        """
        leaving: dict[int, set[int]] = defaultdict(set)
        placed: dict[int, dict[int, Decision]] = defaultdict(dict)
        for story, ids in splits:
            leaving[story] |= set(ids)
            first = self.best(ids)
            placed[story] |= {pk: Decision(None if pk == first else first) for pk in ids}
        decisions: dict[int, Decision | None] = {}
        for story, ids in leaving.items():
            decisions |= self._leaving(story, ids, placed[story]).decisions
        pairs = list(joins)
        for joined in components({pk for pair in pairs for pk in pair}, pairs):
            first, *others = sorted(joined, key=lambda pk: (-len(self.ids(pk)), pk))
            target = self.best(self.ids(first) - leaving[first])
            for story in others:
                staying = {pk: node for pk, node in self.members(story).items() if pk not in leaving[story]}
                decisions |= self._joined(staying, target, decisions)
        return Plan(decisions)

    def release(self, ids: Collection[int]) -> Plan:
        """Plan to remove decisions about articles, so that what they say counts again."""
        return Plan({pk: None for pk in ids if pk in self.region.decisions})

    def choose_lead(self, story: int, lead: int | None) -> Plan:
        """Plan to make an article the lead of its story, or with None to choose the lead by heat again."""
        others = {pk: False for pk in self.members(story) if pk in self.rules.chosen}
        return Plan(leads=others if lead is None else others | {lead: True})

    def keep_together(self, plan: Plan, story: int, ids: Collection[int]) -> Plan:
        """Extend a plan so that the rest of a story stays together, though only what leaves connects it."""
        rest = self.ids(story) - set(ids)
        parts = [{node.id for node in group.nodes} & rest for group in self.outcome(plan)]
        parts = [part for part in parts if part]
        if len(parts) < 2:
            return plan
        stay = max(parts, key=lambda part: (len(part), -min(part)))
        decisions = dict(plan.decisions)
        for part in parts:
            if part is not stay:
                nodes = {pk: self.region.nodes[pk] for pk in part}
                decisions |= self._joined(nodes, self.best(stay), decisions)
        return replace(plan, decisions=decisions)

    def _leaving(self, story: int, ids: Collection[int], decisions: dict[int, Decision]) -> Plan:
        """Plan for articles to leave; those joined to one of them by an earlier decision stay with the rest."""
        rest = self.ids(story) - set(ids)
        followers = [pk for pk in rest if (known := self.region.decisions.get(pk)) and known.joins in set(ids)]
        changed: dict[int, Decision | None] = dict(decisions)
        if followers:
            stay = self.best(rest - set(followers) or followers)
            for pk in followers:
                changed[pk] = self.region.decisions[pk]._replace(joins=None if pk == stay else stay)
        return Plan(changed)

    def _joined(self, members: Members, target: int, planned: dict[int, Decision | None]) -> dict[int, Decision | None]:
        """Return the decisions that join a group with ``target``: one, or all if every member has one already."""
        known = {**self.region.decisions, **{pk: each for pk, each in planned.items() if each}}
        free = [pk for pk in members if pk not in known or known[pk].joins is None]
        if not free:
            return {pk: Decision(target) for pk in members}
        anchor = self.best(free)
        return {anchor: Decision(target, keeps_links=known[anchor].keeps_links if anchor in known else True)}

    # -- Outcomes -------------------------------------------------------------------

    def before(self) -> list[Group]:
        """Return the stories as they are."""
        return self.outcome(Plan())

    def outcome(self, plan: Plan) -> list[Group]:
        """Return the stories that would result, largest first."""
        rules = replace(self.rules, chosen=self._chosen(plan))
        groups = groups_of(self._decided(plan), self.alike)
        near = self.story_of.keys()
        found = [self._group(rules, group) for group in groups if not near.isdisjoint(group)]
        return sorted(found, key=lambda group: (-len(group.nodes), group.nodes[0].tie))

    def _group(self, rules: StoryRules, ids: Iterable[int]) -> Group:
        nodes = sorted(
            (self.region.nodes[pk] for pk in ids), key=lambda node: (-node.quality, node.published, node.tie)
        )
        return Group(rules.lead(nodes), tuple(nodes))

    def _decided(self, plan: Plan) -> Region:
        decisions = {pk: each for pk, each in {**self.region.decisions, **plan.decisions}.items() if each}
        return replace(self.region, decisions=decisions)

    def _chosen(self, plan: Plan) -> dict[int, int]:
        latest = max(self.rules.chosen.values(), default=0) + 1
        others = {pk: at for pk, at in self.rules.chosen.items() if pk not in plan.leads}
        return others | {pk: latest for pk, is_lead in plan.leads.items() if is_lead}


def fingerprint(groups: Iterable[Group]) -> str:
    """Return a hash of an outcome, to detect changes between preview and confirmation."""
    stories = sorted((group.lead.id if group.lead else 0, sorted(node.id for node in group.nodes)) for group in groups)
    return sha256(repr(stories).encode()).hexdigest()[:16]
