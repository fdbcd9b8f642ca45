from articles.models.article import Article, ArticleTopic, RelatedEntry, RelatedLink
from articles.models.imports import ContentFolder, FileText, ImportProblem, ImportRun
from articles.models.listing import ListingMonth
from articles.models.pin import Pin
from articles.models.provider import Provider
from articles.models.search import SearchAddress, SearchDocument, SearchWord
from articles.models.story import Story, StoryDecision, StoryMark, StoryMember
from articles.models.topic import Topic

__all__ = [
    "Article",
    "ArticleTopic",
    "ContentFolder",
    "FileText",
    "ImportProblem",
    "ImportRun",
    "ListingMonth",
    "Pin",
    "Provider",
    "RelatedEntry",
    "RelatedLink",
    "SearchAddress",
    "SearchDocument",
    "SearchWord",
    "Story",
    "StoryDecision",
    "StoryMark",
    "StoryMember",
    "Topic",
]
