"""The login and the logout, and what of allauth's pages needs more than allauth's."""

import re
from typing import Any

from allauth.account.views import LoginView as BaseLoginView
from allauth.account.views import LogoutView as BaseLogoutView
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.views import IndexView
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.contrib import admin, messages
from django.contrib.auth import logout as end_session
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from newsreader.accounts import sessions


class LoginView(BaseLoginView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # Whoever is sent here from the admin while logged in would be sent back and forth.
        if request.user.is_authenticated and not admin.site.has_permission(request):
            end_session(request)
        return super().dispatch(request, *args, **kwargs)

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)
        if seconds := getattr(self.request, "login_pause", 0):
            response.status_code = 429
            response["Retry-After"] = str(seconds)
        return response


class LogoutView(BaseLogoutView):
    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post(*args, **kwargs)
        # Pages that a browser would show again by its back button. Cookies and storage are the reader's: their choices and
        # saved articles; the session's cookie is gone anyway.
        response["Clear-Site-Data"] = '"cache"'
        return response


class AccountView(IndexView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"sessions": sessions.sessions_of(self.request)}


@login_required
@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """End one session of the user's own, or all but this."""
    chosen = request.POST.get("session", "")
    if chosen == "others":
        sessions.end_others(request.user, request.session.session_key)  # type: ignore[arg-type]
        messages.success(request, _("You are logged out everywhere else."))
    elif re.fullmatch(r"[0-9]{1,18}", chosen) and sessions.end(request.user, int(chosen)):  # type: ignore[arg-type]
        messages.success(request, _("That session is over."))
    return redirect("mfa_index")


class RemovePasskeyView(RemoveWebAuthnView):
    """Remove a passkey, unless it is the last second factor of somebody who needs one."""

    def form_valid(self, form: Any) -> HttpResponse:
        if not get_adapter().can_delete_authenticator(self.get_object()):
            messages.error(self.request, str(get_adapter().error_messages["cannot_delete_authenticator"]))
            return redirect("mfa_index")
        return super().form_valid(form)


account = AccountView.as_view()
login = LoginView.as_view()
logout = LogoutView.as_view()
remove_passkey = RemovePasskeyView.as_view()
