"""The settings of accounts, which ``newsreader.settings`` takes over as they are."""

import dj_email_url

from newsreader import environment

ACCOUNT_APPS = ["allauth", "allauth.account", "allauth.mfa", "newsreader.accounts"]

AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
] + [{"NAME": "newsreader.accounts.passwords.NamesValidator"}]

# Only editors have accounts; a login without a valid ``next`` leads to their start page.
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
ACCOUNT_LOGOUT_REDIRECT_URL = "admin:login"

# Whether staff without a second factor reaches nothing but the page on which it is set up.
STAFF_SECOND_FACTOR = environment.text("STAFF_SECOND_FACTOR", "optional", among=("required", "optional"))
# Minutes without a request after which staff is logged out; 0: never.
STAFF_IDLE_MINUTES = environment.integer("STAFF_IDLE_MINUTES", 720)
# Minutes after which whoever wants to change accounts, roles or second factors is asked again who they are.
REAUTHENTICATE_MINUTES = environment.integer("REAUTHENTICATE_MINUTES", 15)

# Attempts to log in that may fail within a minute, for an account and for an address; 0: any number.
LOGIN_RATE_LIMIT = environment.integer("LOGIN_RATE_LIMIT", 5)

ACCOUNT_ADAPTER = "newsreader.accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "newsreader.accounts.forms.LoginForm",
    "reauthenticate": "newsreader.accounts.forms.PasswordAgainForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_SIGNUP_ENABLED = False
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
# Passwords are counted in newsreader/accounts/attempts.py; this is for the codes of second factors.
ACCOUNT_RATE_LIMITS = {"login": "", "login_failed": "5/5m/key"}
ACCOUNT_REAUTHENTICATION_TIMEOUT = REAUTHENTICATE_MINUTES * 60
ACCOUNT_REAUTHENTICATION_METHODS = ["password", "mfa"]

MFA_ADAPTER = "newsreader.accounts.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "activate_totp": "newsreader.accounts.forms.ActivateAppForm",
    "add_webauthn": "newsreader.accounts.forms.AddPasskeyForm",
    "authenticate": "newsreader.accounts.forms.CodeForm",
    "edit_webauthn": "newsreader.accounts.forms.RenamePasskeyForm",
    "reauthenticate": "newsreader.accounts.forms.CodeAgainForm",
}
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Clocks of telephones are off by some seconds: the codes before and after the present one are valid, too.
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True

# Mail, such as smtp+tls://user:password@mail.example:587; without it, links are handed over by administrators.
EMAIL_URL = environment.text("EMAIL_URL", "")
_mail = dj_email_url.parse(EMAIL_URL) if EMAIL_URL else {}
EMAIL_BACKEND = _mail.get("EMAIL_BACKEND", "django.core.mail.backends.dummy.EmailBackend")
EMAIL_HOST, EMAIL_PORT = _mail.get("EMAIL_HOST", ""), _mail.get("EMAIL_PORT", 25)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_USER", ""), _mail.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS, EMAIL_USE_SSL = bool(_mail.get("EMAIL_USE_TLS")), bool(_mail.get("EMAIL_USE_SSL"))
EMAIL_FILE_PATH = _mail.get("EMAIL_FILE_PATH", "")
# Seconds for a mail server to answer a task.
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = environment.text("EMAIL_FROM", "newsreader@localhost")

# Days for which an invitation is valid unless it says otherwise, and seconds for links to choose a new password.
INVITATION_DAYS = environment.integer("INVITATION_DAYS", 7)
PASSWORD_RESET_TIMEOUT = 24 * 3600
