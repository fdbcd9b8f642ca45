"""The settings of accounts, which ``newsreader.settings`` takes over as they are."""

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
]

# Only editors have accounts; a login without a valid ``next`` leads to their start page.
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
ACCOUNT_LOGOUT_REDIRECT_URL = "admin:login"

# Whether staff without a second factor reaches nothing but the page on which it is set up.
STAFF_SECOND_FACTOR = environment.text("STAFF_SECOND_FACTOR", "optional", among=("required", "optional"))
# Minutes after which whoever wants to change accounts, roles or second factors is asked again who they are.
REAUTHENTICATE_MINUTES = environment.integer("REAUTHENTICATE_MINUTES", 15)

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
