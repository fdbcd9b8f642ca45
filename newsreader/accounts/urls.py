"""The addresses of accounts, below those of the admin, with the names by which allauth finds them."""

from allauth.account import views as account
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.urls import include, path
from django.views.decorators.cache import never_cache

from newsreader.accounts import entrance, views

account_urls = [
    path("sessions/end/", never_cache(views.end_sessions), name="end_sessions"),
    path("invited/<str:token>/", entrance.invited, name="invited"),
    path("forgotten/", entrance.forgotten, name="account_reset_password"),
    path("new-password/<uidb64>/<token>/", entrance.ResetView.as_view(), name="account_reset_password_from_key"),
    path("", never_cache(views.account), name="mfa_index"),
    path("code/", never_cache(second_factor.authenticate), name="mfa_authenticate"),
    path("again/", never_cache(account.reauthenticate), name="account_reauthenticate"),
    path("again/code/", never_cache(second_factor.reauthenticate), name="mfa_reauthenticate"),
    path("again/passkey/", never_cache(passkeys.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("app/", never_cache(app.activate_totp), name="mfa_activate_totp"),
    path("app/remove/", never_cache(app.deactivate_totp), name="mfa_deactivate_totp"),
    path("codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("codes/new/", never_cache(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("codes/file/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("passkeys/", never_cache(views.account), name="mfa_list_webauthn"),
    path("passkeys/add/", never_cache(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path("passkeys/login/", never_cache(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path("passkeys/<int:pk>/name/", never_cache(passkeys.edit_webauthn), name="mfa_edit_webauthn"),
    path("passkeys/<int:pk>/remove/", never_cache(views.remove_passkey), name="mfa_remove_webauthn"),
]

urlpatterns = [
    # The same addresses as the admin's own, so that there is one login, however it is named.
    path("login/", views.login, name="account_login"),
    path("logout/", never_cache(views.logout), name="account_logout"),
    path("account/", include(account_urls)),
]
