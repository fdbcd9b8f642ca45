"""The editors' side: Django's admin over articles, stories, providers and topics."""

from django.conf import settings
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from articles.admin.accounts import AccountAdmin, AccountGroupAdmin
from articles.admin.activity.model_admin import ActionAdmin
from articles.admin.article.model_admin import ArticleAdmin
from articles.admin.imports import ImportRunAdmin
from articles.admin.notes import NoteAdmin
from articles.admin.pin import PinAdmin
from articles.admin.story.model_admin import StoryAdmin
from articles.admin.tasks import TaskAdmin
from articles.admin.taxonomy.provider import ProviderAdmin
from articles.admin.taxonomy.topic import TopicAdmin
from articles.admin.thread.model_admin import ThreadAdmin
from articles.admin.tombstones import TombstoneAdmin

__all__ = [
    "AccountAdmin", "AccountGroupAdmin", "ActionAdmin", "ArticleAdmin", "ImportRunAdmin", "NoteAdmin", "PinAdmin", "PreviewLinkAdmin", "ProviderAdmin", "StoryAdmin", "TaskAdmin", "ThreadAdmin",
    "TombstoneAdmin", "TopicAdmin",
]  # fmt: skip

admin.site.site_header = settings.SITE_NAME
admin.site.site_title = settings.SITE_NAME
admin.site.index_title = _("Editors' desk")
