"""Passkeys and apps at the login and on the page of an account, as people meet them."""

from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django import DjangoDbBlocker

from tests.browser.conftest import NewPage
from tests.support.axe import serious
from tests.support.second_factors import PASSWORD, code_of, make_app, make_staff

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("accounts")]
SIZES = {"desktop": (1280, 900), "phone": (390, 800)}


@pytest.fixture
def grace(site_url: str, django_db_blocker: DjangoDbBlocker) -> Iterator[User]:
    with django_db_blocker.unblock():
        user = make_staff("grace")
        yield user
        user.delete()


@pytest.fixture
def local(site_url: str) -> str:
    """The server's address by the name of its host, as passkeys need it."""
    return site_url.replace("127.0.0.1", "localhost")


@pytest.fixture
def context(browser: Browser, local: str) -> Iterator[BrowserContext]:
    """Return a context with a device that keeps passkeys, and says yes to whatever it is asked."""
    context = browser.new_context(base_url=local)
    problems: list[str] = []
    context.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    context.on("weberror", lambda error: problems.append(str(error.error)))
    yield context
    context.close()
    assert problems == []


def with_device(page: Page) -> Page:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return page


def enter_password(page: Page) -> None:
    page.goto("/admin/login/")
    page.get_by_label("Name").fill("grace")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()


def log_out(page: Page) -> None:
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_text("You are logged out.")).to_be_visible()


def add_passkey(page: Page, name: str, alone: bool = True) -> None:
    page.goto("/admin/account/passkeys/add/")
    page.get_by_label("A name for it").fill(name)
    page.get_by_label("Log in with it alone").set_checked(alone)
    page.get_by_role("button", name="Add", exact=True).click()


@pytest.mark.django_db
def test_nobody_has_a_second_factor_yet(site_url: str) -> None:
    """The mark lets pytest-django make the database of the tests."""
    assert not Authenticator.objects.exists()


def test_a_passkey_is_all_that_a_login_needs(context: BrowserContext, grace: User) -> None:
    page = with_device(context.new_page())
    enter_password(page)
    page.get_by_role("link", name="Your account").click()
    page.get_by_role("link", name="Add a passkey").click()
    add_passkey(page, "My phone")
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    expect(page.locator(".account-codes li")).to_have_count(10)
    page.get_by_role("link", name="Back to your account").click()
    expect(page.get_by_text("My phone")).to_be_visible()
    expect(page.get_by_text("also without a password")).to_be_visible()
    log_out(page)
    page.goto("/admin/articles/topic/")
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page).to_have_url("/admin/articles/topic/")
    assert Authenticator.objects.get(user=grace, type="webauthn").last_used_at


def test_a_passkey_is_the_second_factor_after_a_password(context: BrowserContext, grace: User) -> None:
    page = with_device(context.new_page())
    enter_password(page)
    add_passkey(page, "Key", alone=False)
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    log_out(page)
    enter_password(page)
    page.get_by_role("button", name="Use the passkey").click()
    expect(page).to_have_url("/admin/")


def test_a_passkey_that_does_not_answer_says_so_and_the_password_is_there(context: BrowserContext, grace: User) -> None:
    page = context.new_page()
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")  # no device at all
    page.goto("/admin/login/")
    page.evaluate(
        "() => { navigator.credentials.get = () => Promise.reject(new DOMException('no', 'NotAllowedError')); }"
    )
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.get_by_text("The passkey did not work")).to_be_visible()
    expect(page.get_by_label("Password")).to_be_visible()


def test_by_the_number_of_the_host_the_page_says_what_passkeys_need(desk: Page) -> None:
    desk.goto("/admin/account/passkeys/add/")
    expect(desk.get_by_text("Passkeys belong to the name of a site")).to_be_visible()
    expect(desk.get_by_role("button", name="Add", exact=True)).to_have_count(0)


def test_an_app_and_its_codes_need_no_script(browser: Browser, local: str, grace: User) -> None:
    with browser.new_context(base_url=local, java_script_enabled=False) as context:
        page = context.new_page()
        enter_password(page)
        page.goto("/admin/account/passkeys/add/")
        page.get_by_role("link", name="Set up an app").click()
        secret = page.get_by_label("Or type this secret").input_value()
        page.get_by_label("The code that the app shows").fill(code_of(secret))
        page.get_by_role("button", name="Set up", exact=True).click()
        code = page.locator(".account-codes li").first.inner_text()
        log_out(page)
        enter_password(page)
        assert page.get_by_role("button", name="Use the passkey").count() == 0
        page.get_by_label("Code").fill(code)
        page.get_by_role("button", name="Log in", exact=True).click()
        expect(page).to_have_url("/admin/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_an_account_are_sound_and_fit(scheme: str, new_page: NewPage, grace: User) -> None:
    secret = make_app(grace)
    page = new_page(bypass_csp=True, color_scheme=scheme)
    page.goto("/admin/login/")
    found = problems_of(page)
    enter_password(page)
    found += problems_of(page)
    page.get_by_label("Code").fill(code_of(secret))
    page.get_by_role("button", name="Log in", exact=True).click()
    for path in ("", "app/remove/", "passkeys/add/", "codes/", "codes/new/", "again/", "again/code/"):
        page.goto(f"/admin/account/{path}")
        found += problems_of(page)
    assert found == []


def problems_of(page: Page) -> list[str]:
    found = [f"{page.url}: {each}" for each in serious(page)]
    for name, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{page.url} is too wide for a {name}")
    return found
