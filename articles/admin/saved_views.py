"""Views of a list that its users keep under a name, as links above the list."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import SimpleListFilter
from django.contrib.admin.views.main import ORDER_VAR, SEARCH_VAR
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from articles.admin.base import ModelAdminBase
from articles.db.locks import writing_posts
from articles.editorial.saved_views import remove_view, rename_view, save_view, views_of
from articles.text.parameters import parse_pk, text_from

MAX_NAME = 1000  # characters of a name that is looked at; the model says how long it may be


class SavedViewsAdmin(ModelAdminBase):
    """A list of which each user keeps views: what it is searched for, narrowed and ordered by."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(writing_posts(require_POST(self.saved_views_view)))
        return [path("views/", view, name=f"{self.opts.app_label}_{self.opts.model_name}_views"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        now = self.query_of(request.GET)
        known = [(view, view.query == now) for view in views_of(request.user, self.list_name)]
        action = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_views")
        context = {
            "saved_views": known,
            "saved_views_url": action,
            "view_query": now,
            "is_saved": any(is_now for _view, is_now in known),
        }
        return super().changelist_view(request, context | (extra_context or {}))

    @property
    def list_name(self) -> str:
        return str(self.opts.model_name)

    def query_of(self, asked: QueryDict) -> str:
        """Return what narrows and orders the list of an address, as the same text whatever the order of parameters."""
        names = {SEARCH_VAR, ORDER_VAR, *self.filter_names()}
        query = QueryDict(mutable=True)
        for name in sorted(names & set(asked)):
            query.setlist(name, [value for value in asked.getlist(name) if value])
        return query.urlencode()

    def filter_names(self) -> set[str]:
        """Return the parameters of the list's filters."""
        filters: list[Any] = list(self.list_filter)
        names = {
            str(each.parameter_name)
            for each in filters
            if isinstance(each, type) and issubclass(each, SimpleListFilter)
        }
        return names | {name for each in filters for name, _label in getattr(each, "names", ())}

    def saved_views_view(self, request: HttpRequest) -> HttpResponse:
        """Save, rename or remove one of the user's views, and lead back to the list."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        query = self.query_of(QueryDict(request.POST.get("query", "")))
        name = " ".join(text_from(request.POST.get("name"), MAX_NAME).split())
        pk, user = parse_pk(request.POST.get("view")), request.user
        try:
            if request.POST.get("do") == "save" and query:
                query = save_view(user, self.list_name, name, query).query
                messages.success(request, _("The view “%s” is kept.") % name)
            elif request.POST.get("do") == "rename":
                rename_view(user, self.list_name, pk, name)
            elif request.POST.get("do") == "remove":
                remove_view(user, self.list_name, pk)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        list_url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        return redirect(f"{list_url}?{query}" if query else list_url)
