"""What stands between the admin and accounts that may not use it yet."""

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.signals import user_logged_in
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from newsreader.accounts.attempts import remember_browser
from newsreader.accounts.recent import has_recently_proven
from newsreader.accounts.second_factor import lacks_second_factor
from newsreader.accounts.sessions import is_there


class KnownBrowserMiddleware:
    """Remember in a browser who has logged in there, so that others' failed attempts do not keep them out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        user_logged_in.connect(_note_login, dispatch_uid="note logins of this request")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if name := getattr(request, "_logged_in_as", ""):
            remember_browser(request, response, name)
        return response


def _note_login(request: HttpRequest | None, user: AbstractBaseUser, **kwargs: Any) -> None:
    if request is not None:
        request._logged_in_as = user.get_username()  # type: ignore[attr-defined]


class SecondFactorMiddleware:
    """Keep staff that needs a second factor and has none to the pages on which it is set up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/admin/") or not lacks_second_factor(request):
            return self.get_response(request)
        if request.path_info in set_up_pages():
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied("This account needs a second factor first.")
        return redirect("mfa_index")


def set_up_pages() -> set[str]:
    """Return the addresses that lead to a second factor, and the way out."""
    names = (
        "mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_view_recovery_codes", "mfa_download_recovery_codes",
        "account_reauthenticate", "account_logout", "end_sessions",
    )  # fmt: skip
    return {reverse(name) for name in names}


class DeskSessionsMiddleware:
    """End sessions in which nobody did anything for STAFF_IDLE_MINUTES, and note all others."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/admin/") or not request.user.is_authenticated or is_there(request):
            return self.get_response(request)
        logout(request)
        messages.warning(request, _("You were away for a long time, so you were logged out."))
        return redirect_to_login(request.get_full_path() if request.method == "GET" else reverse("admin:index"))


# What decides who gets in.
GUARDED = ("/admin/auth/", "/admin/accounts/")
# Minutes for a form that was opened in time.
GRACE = 15


class ProveAgainMiddleware:
    """Ask again who somebody is before they see or change accounts, roles and invitations."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_guarded = request.path_info.startswith(GUARDED) and request.user.is_authenticated
        is_safe = request.method in ("GET", "HEAD")
        if not is_guarded or has_recently_proven(request, grace_minutes=0 if is_safe else GRACE):
            return self.get_response(request)
        ways = get_adapter(request).get_reauthentication_methods(request.user)
        if not ways:
            raise PermissionDenied("This account has neither a password nor a second factor to show who it is.")
        if not is_safe:
            messages.warning(request, _("Nothing was saved, as you took a long time. Please enter it again."))
        return redirect(f"{ways[0]['url']}?{urlencode({'next': request.get_full_path()})}")
