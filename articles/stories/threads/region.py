"""Loads what a change may join or part: stories one by one, and threads that stay whole as a single node each."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Q

from articles.models import Story, StoryMember, Thread, ThreadMember
from articles.stories.threads.links import Decided, LinkChanges, Links, stored_rows

SMALL = 64  # stories; a smaller thread is looked at as a whole at once
FAR = 400  # stories to look at before a thread is looked at as a whole


@dataclass(slots=True)
class Region:
    """Stories and threads that may be joined or parted. A thread that stays whole is the node with minus its number."""

    stories: set[int] = field(default_factory=set)
    whole: set[int] = field(default_factory=set)  # threads
    opened: set[int] = field(default_factory=set)  # threads of which all stories are here
    links: Links = field(default_factory=dict)
    members: dict[int, int] = field(default_factory=dict)  # the old thread by story
    begins: dict[int, bool] = field(default_factory=dict)  # as stored, by story
    times: dict[int, dt.datetime | None] = field(default_factory=dict)  # the same
    is_everything: bool = False

    def know(self, rows: Iterable[tuple[int, int, dt.datetime | None, bool]]) -> None:
        for story, thread, time, begins in rows:
            self.members[story], self.times[story], self.begins[story] = thread, time, begins

    def node(self, story: int) -> int:
        thread = self.members.get(story)
        return -thread if thread in self.whole and story not in self.stories else story

    def nodes(self) -> set[int]:
        return self.stories | {-thread for thread in self.whole}

    def contracted(self) -> Links:
        """Return the links between nodes."""
        return {
            (min(pair), max(pair)): is_join
            for (one, other), is_join in self.links.items()
            for pair in [(self.node(one), self.node(other))]
            if pair[0] != pair[1]
        }


MEMBER = ("story_id", "thread_id", "time", "begins")


def load_all(links: LinkChanges) -> Region:
    """Return all stories that have links or are in a thread."""
    region = Region(links=links.now, is_everything=True)
    region.know(ThreadMember.objects.order_by().values_list(*MEMBER).iterator(10_000))
    region.stories = {pk for pair in links.now for pk in pair} | region.members.keys()
    region.opened = set(region.members.values())
    return region


def load(changed: set[int], links: LinkChanges, choices: Decided) -> Region:
    """Return what changed stories are linked with, after their links were written."""
    region = Region()
    near = changed | links.stories()
    region.know(ThreadMember.objects.filter(story__among=near).values_list(*MEMBER))
    beginning = {pk for pk in near if pk in choices.begins or region.begins.get(pk)}
    threads = {region.members[pk] for pk in near if pk in region.members}
    broken, region.stories = _broken(region, links)
    cut = _cut(threads)
    is_cutting = bool(beginning or cut)
    to_open = threads if is_cutting else broken
    region.whole = threads - to_open
    region.stories |= near - region.members.keys()
    step = near | region.stories
    while step or to_open:
        step |= _open(region, to_open)
        ends = _add_links(region, step)
        region.know(ThreadMember.objects.filter(story__among=ends).values_list(*MEMBER))
        threads = {region.members[pk] for pk in ends if pk in region.members} - region.opened - region.whole
        # What was cut is put together again before it is cut, so all of it must be here.
        is_cutting |= bool(_cut(threads)) or not choices.begins.isdisjoint(ends)
        to_open = threads | region.whole if is_cutting else set()
        region.whole = set() if is_cutting else region.whole | threads
        step = ends - region.members.keys()
        region.stories |= step
    return region


def _open(region: Region, threads: set[int]) -> set[int]:
    """Add all stories of threads, and return them."""
    if not threads:
        return set()
    rows = list(ThreadMember.objects.filter(thread__among=threads).values_list(*MEMBER))
    region.know(rows)
    region.opened |= threads
    stories = {row[0] for row in rows}
    region.stories |= stories
    return stories


def _add_links(region: Region, stories: set[int]) -> set[int]:
    """Add the links of stories; return the stories at their other ends that were not known before."""
    rows = stored_rows(stories)
    known = region.stories | region.members.keys()
    region.links |= {(one, other): is_join for _, one, other, is_join in rows}
    return {pk for _, *pair, _ in rows for pk in pair} - known


def _cut(threads: Collection[int]) -> set[int]:
    """Return those of the threads that editors cut."""
    if not threads:
        return set()
    return set(Thread.objects.filter(pk__among=set(threads), is_cut=True).values_list("pk", flat=True))


def _broken(region: Region, links: LinkChanges) -> tuple[set[int], set[int]]:
    """Return the threads that may have fallen apart, and stories that left others of which the rest holds together."""
    ends: dict[int, set[int]] = defaultdict(set)
    for pair in links.gone.values():
        for pk in pair:
            if pk in region.members:
                ends[region.members[pk]].add(pk)
    linked = {pk for _, *pair, _ in stored_rows({pk for each in ends.values() for pk in each}) for pk in pair}
    sizes = _sizes(ends.keys())
    broken, left = set(), set()
    for thread, its in ends.items():
        gone = its - linked
        if sizes.get(thread, 0) - len(gone) > SMALL and _are_connected(its & linked):
            left |= gone
        else:
            broken.add(thread)
    return broken, left


def _sizes(threads: Collection[int]) -> dict[int, int]:
    if not threads:
        return {}
    rows = ThreadMember.objects.filter(thread__among=set(threads)).order_by().values("thread")
    return dict(rows.annotate(number=Count("story")).values_list("thread", "number"))


def _are_connected(stories: set[int]) -> bool:
    """Return whether links are found that connect stories; False if that takes long to find out."""
    if len(stories) < 2:
        return True
    seen: set[int] = set()
    step = {min(stories)}
    while step and len(seen) < FAR:
        seen |= step
        step = {pk for _, *pair, _ in stored_rows(step) for pk in pair} - seen
        if stories <= seen | step:
            return True
    return False


# -- What is known of stories -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Known:
    """A story as its thread sees it: when it began, and whether readers may see it."""

    first: dt.datetime
    is_seen: bool


def known_stories(ids: Collection[int] | None) -> dict[int, Known]:
    """Return the stories with these numbers, or all (None), that have articles."""
    rows = Story.objects.filter(first__isnull=False, merged_into=None).order_by()
    rows = rows if ids is None else rows.filter(id__among=set(ids))
    found = list(rows.values_list("id", "first", "lead_id"))
    headless = {pk for pk, _, lead in found if lead is None}
    seen = _with_address(None if ids is None else headless) if headless else set()
    return {pk: Known(first, lead is not None or pk in seen) for pk, first, lead in found if first}


def _with_address(stories: set[int] | None) -> set[int]:
    """Return the stories with an article that leads to its provider."""
    members = StoryMember.objects.filter(~Q(article__web_url="", article__original_url=""))
    members = members.filter(story__lead=None) if stories is None else members.filter(story__among=stories)
    return set(members.order_by().values_list("story_id", flat=True).distinct())
