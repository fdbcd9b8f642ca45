"""The admin site, with the editors' start page."""

from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.template.response import TemplateResponse


class LoginForm(AdminAuthenticationForm):
    """The login form of the admin; it also signals users with a valid password who may not use the admin."""

    def confirm_login_allowed(self, user: User) -> None:
        try:
            super().confirm_login_allowed(user)
        except ValidationError:
            credentials = {"username": user.get_username()}
            user_login_failed.send(sender=__name__, credentials=credentials, request=self.request)
            raise


class DeskSite(AdminSite):
    index_template = "admin/articles/desk.html"
    login_form = LoginForm

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        # Imported here, as models are not loaded yet when the site is created.
        from articles.admin import start_page
        from articles.admin.arrivals import arrivals
        from articles.admin.desk_tasks import desk_tasks
        from articles.editorial.provider_kinds import questions
        from articles.editorial.stories.suggestions import newest_time
        from articles.models import Provider

        user, newest = request.user, newest_time()
        asks = user.has_perm("articles.change_provider")
        context = {
            "content_dir": settings.CONTENT_DIR,
            "work": desk_tasks(user),
            "kinds": questions() if asks else [],
            "kind_choices": Provider.Kind.choices,
            "sections": start_page.attention(user, newest),
            "arrivals": arrivals(newest) if user.has_perm("articles.view_article") else None,
            "positions": start_page.front_positions() if user.has_perm("articles.view_pin") else [],
            "recent_actions": start_page.recent_actions() if user.has_perm("articles.view_action") else [],
            "may_pin": user.has_perm("articles.change_pin"),
            "may_publish": user.has_perm("articles.publish_article"),
            "may_undo": user.has_perm("articles.change_action"),
            "may_draft": user.has_perm("articles.add_article"),
        }
        return super().index(request, context | (extra_context or {}))
