"""The admin site, with the editors' start page."""

from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path

from newsreader.accounts.second_factor import lacks_second_factor


class DeskSite(AdminSite):
    index_template = "admin/articles/desk.html"

    def get_urls(self) -> list[URLResolver | URLPattern]:
        from newsreader.operations.desk import health

        return [path("health/", self.admin_view(health), name="health"), *super().get_urls()]

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and not lacks_second_factor(request)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        # Imported here, as models are not loaded yet when the site is created.
        from articles.admin import start_page
        from articles.admin.arrivals import arrivals
        from articles.admin.desk_tasks import desk_tasks
        from articles.editorial.provider_kinds import questions
        from articles.editorial.stories.suggestions import newest_time
        from articles.models import Provider
        from newsreader.backup.desk import backup_sections

        user, newest = request.user, newest_time()
        asks = user.has_perm("articles.change_provider")
        context = {
            "content_dir": settings.CONTENT_DIR,
            "work": desk_tasks(user),
            "kinds": questions() if asks else [],
            "kind_choices": Provider.Kind.choices,
            "sections": start_page.attention(user, newest, backup_sections(user)),
            "arrivals": arrivals(newest) if user.has_perm("articles.view_article") else None,
            "positions": start_page.front_positions() if user.has_perm("articles.view_pin") else [],
            "recent_actions": start_page.recent_actions() if user.has_perm("articles.view_action") else [],
            "may_pin": user.has_perm("articles.change_pin"),
            "may_publish": user.has_perm("articles.publish_article"),
            "may_undo": user.has_perm("articles.change_action"),
            "may_draft": user.has_perm("articles.add_article"),
        }
        return super().index(request, context | (extra_context or {}))
