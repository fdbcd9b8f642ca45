"""A provider's domain is one, however it is written."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.content.domains import DOMAIN_PATTERN, normal_domain


@pytest.mark.parametrize(
    ("written", "domain"),
    [
        ("a.example", "a.example"),
        ("A.Example.", "a.example"),
        ("xn--mnchen-3ya.example", "münchen.example"),
        ("XN--MNCHEN-3YA.example.", "münchen.example"),
        ("MÜNCHEN.example", "münchen.example"),
        ("mu\u0308nchen.example", "münchen.example"),
        ("xn--strae-oqa.example", "straße.example"),  # of today's IDNA; the older one makes it strasse
        ("straße.example", "straße.example"),
        ("xn--11b4c3d。example", "कॉम.example"),
        ("ａ．example", "a.example"),
        ("xn--a.example", "xn--a.example"),  # letters of nothing
        ("xn--abc-.example", "xn--abc-.example"),  # ASCII has no other writing
        ("xn--99999999999.example", "xn--99999999999.example"),
        ("XN--JQAPXN18F", "xn--jqapxn18f"),  # letters that are written in another way today
    ],
)
def test_a_domain_has_one_writing(written: str, domain: str) -> None:
    assert normal_domain(written) == domain
    assert normal_domain(domain) == domain


@given(st.text(max_size=30) | st.from_regex(r"(xn--)?[a-z0-9-]{1,12}\.example", fullmatch=True))
def test_what_is_normal_stays_as_it_is(text: str) -> None:
    once = normal_domain(text)
    assert normal_domain(once) == once


def test_domains_are_of_letters_with_their_marks() -> None:
    assert re.fullmatch(DOMAIN_PATTERN, "समाचार.हिन्दी.example")
    assert not re.fullmatch(DOMAIN_PATTERN, "a..example")
    assert not re.fullmatch(DOMAIN_PATTERN, "a b.example")
