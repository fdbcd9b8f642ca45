from articles.models.article import Article, ArticleTopic, RelatedEntry, RelatedLink
from articles.models.imports import ContentFolder, ImportProblem, ImportRun
from articles.models.listing import ListingMonth
from articles.models.pin import Pin
from articles.models.provider import Provider, ProviderAlias
from articles.models.story import Story, StoryDecision, StoryLead, StoryMark, StoryMember
from articles.models.topic import Topic, TopicAlias

__all__ = [
    "Article",
    "ArticleTopic",
    "ContentFolder",
    "ImportProblem",
    "ImportRun",
    "ListingMonth",
    "Pin",
    "Provider",
    "ProviderAlias",
    "RelatedEntry",
    "RelatedLink",
    "Story",
    "StoryDecision",
    "StoryLead",
    "StoryMark",
    "StoryMember",
    "Topic",
    "TopicAlias",
]
