from articles.models.action import Action, ActionTarget
from articles.models.article import Article, ArticleTopic, RelatedEntry, RelatedLink
from articles.models.imports import ContentFolder, ImportChange, ImportProblem, ImportRun
from articles.models.listing import ListingMonth
from articles.models.pin import Pin
from articles.models.provider import Provider
from articles.models.story import Story, StoryDecision, StoryMark, StoryMember
from articles.models.topic import Topic

__all__ = [
    "Action",
    "ActionTarget",
    "Article",
    "ArticleTopic",
    "ContentFolder",
    "ImportChange",
    "ImportProblem",
    "ImportRun",
    "ListingMonth",
    "Pin",
    "Provider",
    "RelatedEntry",
    "RelatedLink",
    "Story",
    "StoryDecision",
    "StoryMark",
    "StoryMember",
    "Topic",
]
