"""Addresses of pages here, which Django puts together anew for each link."""

from functools import lru_cache

from django.urls import get_script_prefix, get_urlconf, reverse

REMEMBERED = 20_000  # some megabytes in each process


def address(name: str, *arguments: str | int) -> str:
    """Return the address of a view, as ``reverse`` does."""
    return _address(name, arguments, get_script_prefix(), get_urlconf())


@lru_cache(REMEMBERED)
def _address(name: str, arguments: tuple[str | int, ...], prefix: str, urlconf: str | None) -> str:
    return reverse(name, args=arguments)
