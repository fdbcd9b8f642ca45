from articles.models.action import Action, ActionTarget
from articles.models.article import Article, ArticleAlias, ArticleTopic
from articles.models.change import RecordedChange
from articles.models.earlier_title import EarlierTitle
from articles.models.feed import FeedVersion
from articles.models.imports import ContentFolder, DataFile, ImportChange, ImportProblem, ImportRun
from articles.models.listing import ListingMonth
from articles.models.note import Note
from articles.models.pin import Pin
from articles.models.preview_link import PreviewLink
from articles.models.provider import Provider, ProviderAlias
from articles.models.related import RelatedEntry, RelatedLink, UnlinkedEntry
from articles.models.saved_view import SavedView
from articles.models.search import SearchAddress, SearchDocument, SearchWord
from articles.models.story import (
    Story,
    StoryComparison,
    StoryDecision,
    StoryEvidence,
    StoryLead,
    StoryMark,
    StoryMember,
    StoryVocabulary,
)
from articles.models.tasks import PeriodicTime, TaskRecord, TaskState, Worker
from articles.models.thread import Thread, ThreadDecision, ThreadLink, ThreadMember, ThreadName
from articles.models.tombstone import Tombstone
from articles.models.topic import Topic, TopicAlias

__all__ = [
    "Action",
    "ActionTarget",
    "Article",
    "ArticleAlias",
    "ArticleTopic",
    "ContentFolder",
    "DataFile",
    "EarlierTitle",
    "FeedVersion",
    "ImportChange",
    "ImportProblem",
    "ImportRun",
    "ListingMonth",
    "Note",
    "PeriodicTime",
    "Pin",
    "PreviewLink",
    "Provider",
    "ProviderAlias",
    "RecordedChange",
    "RelatedEntry",
    "RelatedLink",
    "SavedView",
    "SearchAddress",
    "SearchDocument",
    "SearchWord",
    "Story",
    "StoryComparison",
    "StoryDecision",
    "StoryEvidence",
    "StoryLead",
    "StoryMark",
    "StoryMember",
    "StoryVocabulary",
    "TaskRecord",
    "TaskState",
    "Thread",
    "ThreadDecision",
    "ThreadLink",
    "ThreadMember",
    "ThreadName",
    "Tombstone",
    "Topic",
    "TopicAlias",
    "UnlinkedEntry",
    "Worker",
]
