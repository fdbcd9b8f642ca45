"""What stands between the admin and accounts that may not use it yet."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from newsreader.accounts.attempts import remember_browser
from newsreader.accounts.second_factor import lacks_second_factor


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
        "account_reauthenticate", "account_logout",
    )  # fmt: skip
    return {reverse(name) for name in names}
