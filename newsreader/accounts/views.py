"""The login and the logout, and what of allauth's pages needs more than allauth's."""

from typing import Any

from allauth.account.views import LoginView as BaseLoginView
from allauth.account.views import LogoutView as BaseLogoutView
from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.contrib import admin, messages
from django.contrib.auth import logout as end_session
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect


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
    pass


class RemovePasskeyView(RemoveWebAuthnView):
    """Remove a passkey, unless it is the last second factor of somebody who needs one."""

    def form_valid(self, form: Any) -> HttpResponse:
        if not get_adapter().can_delete_authenticator(self.get_object()):
            messages.error(self.request, str(get_adapter().error_messages["cannot_delete_authenticator"]))
            return redirect("mfa_index")
        return super().form_valid(form)


login = LoginView.as_view()
logout = LogoutView.as_view()
remove_passkey = RemovePasskeyView.as_view()
