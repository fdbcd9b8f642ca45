"""Updates threads: all of them, or those that changed stories belong to."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db.models import Q
from django.utils import timezone

from articles.db.bulk import as_taken, delete_rows, insert_values, take_ids, update_columns
from articles.models import Thread, ThreadMember
from articles.stories.identity import Groups, Identities, Owners, assign
from articles.stories.threads.facts import COLUMNS, facts, stored_facts
from articles.stories.threads.grouping import groups_of
from articles.stories.threads.links import Decided, decided, link_changes
from articles.stories.threads.region import Region, known_stories, load, load_all

EMPTY: dict[str, Any] = {"stories": 0, "articles": 0, "providers": 0, "is_cut": False, "changes_at": None}


@dataclass(slots=True)
class ThreadChanges:
    """Threads of which anything that readers see may have changed, and stories that joined or left one."""

    threads: set[int] = field(default_factory=set)
    stories: set[int] = field(default_factory=set)


def due_threads() -> set[int]:
    """Return the threads that time has changed since they were written."""
    return set(Thread.objects.filter(changes_at__lte=timezone.now()).values_list("id", flat=True))


def update_threads(changed: Collection[int] | None) -> ThreadChanges:
    """Update the threads of changed stories, or all (None), and those that time has changed; under the write lock."""
    due = due_threads()
    if changed is not None and not (changed or due):
        return ThreadChanges()
    choices = decided()
    links = link_changes(changed, choices)
    links.write()
    region = load_all(links) if changed is None else load(set(changed), links, choices)
    outcome = outcome_of(region, choices)
    changes = write(region, outcome)
    changes.threads |= due | {region.members[pk] for pk in changed or () if pk in region.members}
    _write_facts(None if changed is None else changes.threads)
    return changes


@dataclass(frozen=True, slots=True)
class Outcome:
    """The threads that should be: their nodes, numbers, and the stored values of each story, of threads that are cut."""

    groups: Groups
    found: Identities
    members: dict[int, tuple[int, dt.datetime | None, bool]]  # thread, time and whether it begins one, by story
    cut: set[int]  # threads


def outcome_of(region: Region, choices: Decided, take: Callable[[int], Iterable[int]] | None = None) -> Outcome:
    """Return which stories should make which threads."""
    known = known_stories(None if region.is_everything else region.stories | region.members.keys())
    places = {pk: (story.first, pk) for pk, story in known.items()}
    nodes = {node for node in region.nodes() if node < 0 or node in known}
    groups, cut = groups_of(nodes, region.contracted(), choices.begins, places)
    groups = [group for group in groups if len(group) > 1 or group[0] < 0]
    found = assign(groups, _owners(region), take or partial(take_ids, Thread))
    thread = {node: pk for pk, group in zip(found.ids, groups, strict=True) for node in group}
    stories = region.stories if region.is_everything else region.stories | region.members.keys()
    members = {
        pk: (thread[node], known[pk].first if known[pk].is_seen else None, pk in choices.begins)
        for pk in stories & known.keys()
        for node in [region.node(pk)]
        if node in thread
    }
    return Outcome(groups, found, members, {thread[pk] for pk in cut if pk in thread})


def _owners(region: Region) -> Owners:
    own = {pk: thread for pk, thread in region.members.items() if pk in region.stories or thread in region.opened}
    threads = region.opened | region.whole
    rows = Thread.objects.filter(head__isnull=False).order_by()
    rows = rows if region.is_everything else rows.filter(id__among=set(region.opened))
    leads = dict(rows.values_list("id", "head_id")) if region.opened else {}
    whole = {-thread: thread for thread in region.whole}
    return Owners(own | whole, threads, leads | {thread: -thread for thread in region.whole}, _returning)


def _returning(groups: Groups) -> dict[int, int]:
    """Return the empty threads whose most covered stories are in a thread again, by story."""
    ids = {pk for group in groups for pk in group if pk > 0}
    if not ids:
        return {}
    rows = Thread.objects.filter(head__among=ids, merged_into=None, members__isnull=True).order_by("-pk")
    return {head: pk for head, pk in rows.values_list("head_id", "pk") if head}


def write(region: Region, outcome: Outcome) -> ThreadChanges:
    """Write the threads of an outcome and their members; return what has changed."""
    found = outcome.found
    insert_values(Thread, ["id", "slug", "name", "stories", "articles", "providers", "is_cut"],
                  [(pk, "", "", 0, 0, 0, False) for pk in sorted(found.new)])  # fmt: skip
    moved = _write_members(region, outcome)
    for thread, into in found.merged.items():
        Thread.objects.filter(Q(pk=thread) | Q(merged_into=thread)).update(**EMPTY, merged_into=into)
        ThreadMember.objects.filter(thread=thread).update(thread=into)
    if found.emptied:
        Thread.objects.filter(pk__among=found.emptied).update(**EMPTY)
    _write_cuts(found, outcome.cut)
    changed = {pk for pk in found.ids if pk in region.opened}
    named = {each for pk in moved for each in (region.members.get(pk), outcome.members.get(pk, (None,))[0]) if each}
    return ThreadChanges(
        found.new | found.merged.keys() | set(found.merged.values()) | found.emptied | changed | named, moved
    )


def _write_cuts(found: Identities, cut: set[int]) -> None:
    differing = [(pk in cut, pk) for pk, is_cut in stored_cuts(found.ids).items() if is_cut != (pk in cut)]
    update_columns(Thread, "id", ["is_cut"], differing)


def stored_cuts(threads: Collection[int]) -> dict[int, bool]:
    """Return whether threads are stored as cut."""
    rows = Thread.objects.filter(pk__among=set(threads)).order_by()
    return dict(rows.values_list("pk", "is_cut")) if threads else {}


def _write_members(region: Region, outcome: Outcome) -> set[int]:
    """Write the threads that stories belong to; return the stories that have another thread than before, or none."""
    now = outcome.members
    looked_at = set(region.members) if region.is_everything else region.stories & region.members.keys()
    gone = looked_at - now.keys()
    delete_rows(ThreadMember, "story_id", gone)
    columns = ("thread_id", "time", "begins")
    new = [(pk, *values) for pk, values in now.items() if pk not in region.members]
    insert_values(ThreadMember, ["story_id", *columns], new)
    stored = {pk: (region.members[pk], region.times[pk], region.begins[pk]) for pk in now if pk in region.members}
    differing = [(*values, pk) for pk, values in now.items() if pk in stored and stored[pk] != values]
    update_columns(ThreadMember, "story_id", columns, as_taken(ThreadMember, [*columns, "story_id"], differing))
    moved = {pk for pk, values in now.items() if pk in stored and stored[pk][0] != values[0]}
    return gone | moved | {row[0] for row in new}


def _write_facts(threads: Collection[int] | None) -> None:
    before = stored_facts(threads)
    now = facts(before, everything=threads is None)
    differing = [(*row, pk) for pk, row in now.items() if row != before[pk]]
    update_columns(Thread, "id", COLUMNS, as_taken(Thread, [*COLUMNS, "id"], differing))


def rebuild_threads() -> ThreadChanges:
    """Join all stories to threads again; threads keep their addresses."""
    return update_threads(None)
