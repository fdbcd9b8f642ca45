"""Carries out editors' plans about stories, as actions that can be undone."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from articles.changes import stories_at_the_end
from articles.db.locks import writing
from articles.editorial.recording import recording, show_in_history
from articles.editorial.stories.planning import Plan
from articles.models import Action, Article, Story, StoryDecision, StoryLead, StoryMember


def carry_out(user: Any, plan: Plan, kind: str, summary: str, reason: str) -> Action | None:
    """Write a plan's decisions and update the stories; return the action, None if nothing was to be done.

    The action is in the histories of the stories that the articles were in before and are in now.
    """
    joined = {decision.joins for decision in plan.decisions.values() if decision and decision.joins}
    articles = plan.decisions.keys() | plan.leads.keys() | joined
    with writing():
        before = _members_with(articles)
        with stories_at_the_end(), recording(user, kind, summary, reason) as record:
            for story in _stories_of(articles):
                record.about(story)
            record.watch(StoryDecision, article__among=set(plan.decisions))
            record.watch(StoryLead, article__among=set(plan.leads))
            _write_decisions(plan, reason)
            _write_leads(plan, reason)
        if record.action:
            show_in_history(record.action, _stories_of(articles))
            show_in_history(record.action, _moved(before))
    return record.action


def moved_by(action: Action) -> QuerySet[Article]:
    """Return the articles that an action about stories gave another story."""
    moved = action.targets.filter(label=StoryMember._meta.label_lower)
    return Article.objects.filter(pk__in=moved.values("object_id")).order_by("pk")


def _members_with(articles: Collection[int]) -> dict[int, int]:
    """Return the story of each article that is in a story with one of these."""
    rows = StoryMember.objects.filter(story__in=_stories_of(articles).values("pk"))
    return dict(rows.values_list("article_id", "story_id"))


def _moved(before: dict[int, int]) -> list[StoryMember]:
    members = StoryMember.objects.filter(article__among=set(before))
    return [member for member in members if member.story_id != before[member.article_id]]


def _stories_of(articles: Collection[int]) -> QuerySet[Story]:
    return Story.objects.filter(members__article__among=set(articles)).distinct()


def _write_decisions(plan: Plan, reason: str) -> None:
    known = {row.article_id: row for row in StoryDecision.objects.filter(article__among=set(plan.decisions))}
    for pk, decision in plan.decisions.items():
        row = known.get(pk)
        if decision is None:
            if row:
                row.delete()
            continue
        row = row or StoryDecision(article_id=pk)
        row.joins_id, row.keeps_links, row.reason = decision.joins, decision.keeps_links, reason
        row.save()


def _write_leads(plan: Plan, reason: str) -> None:
    # Deleted and created again, so that the choice is the latest one.
    for row in StoryLead.objects.filter(article__among=set(plan.leads)):
        row.delete()
    for pk, is_lead in plan.leads.items():
        if is_lead:
            StoryLead.objects.create(article_id=pk, reason=reason)
