"""The admin site, with the editors' start page."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.template.response import TemplateResponse


class LoginForm(AdminAuthenticationForm):
    """The admin's login, which tells of those, too, who know a password and may not come in."""

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
        # Articles' models are not there yet when the site is made.
        from articles.admin import start_page

        user = request.user
        context = {
            "sections": start_page.attention(user),
            "places": start_page.front_places() if user.has_perm("articles.view_pin") else [],
            "deeds": start_page.recent_deeds() if user.has_perm("articles.view_action") else [],
            "may_pin": user.has_perm("articles.change_pin"),
            "may_publish": user.has_perm("articles.publish_article"),
            "may_undo": user.has_perm("articles.change_action"),
            "may_draft": user.has_perm("articles.add_article"),
        }
        return super().index(request, context | (extra_context or {}))
