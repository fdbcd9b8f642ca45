"""Unquoted scalars of YAML -> text, numbers, booleans, dates and null, as PyYAML reads them."""

import datetime as dt
import re
from functools import lru_cache
from typing import Any

import yaml
from yaml.constructor import SafeConstructor
from yaml.resolver import Resolver

_CONSTRUCTOR = SafeConstructor()
_INTEGER = "tag:yaml.org,2002:int"

# Of a whole number as it is written. Python writes none of more than 4,300 digits, which fewer hexadecimal ones may come
# to, and takes very long over numbers of many parts with base 60, such as 1:00:00.
MAX_INTEGER_LENGTH = 1000

# The format of nearly every file's and entry's time; few values occur twice.
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}Z")


class MergeKeyError(ValueError):
    """``<<`` copies keys from elsewhere, which is not allowed in content."""


@lru_cache(maxsize=16_384)
def plain_scalar(value: str) -> Any:
    """Return the value of an unquoted scalar in YAML 1.1: text, number, boolean, date, or null.

    Raises ValueError or OverflowError for invalid numbers and dates.
    """
    if _TIME.fullmatch(value):
        return dt.datetime.fromisoformat(value)
    resolvers = Resolver.yaml_implicit_resolvers
    for tag, pattern in (*resolvers.get(value[:1], ()), *resolvers.get(None, ())):
        if pattern.match(value):
            if tag == "tag:yaml.org,2002:merge":
                raise MergeKeyError("merge keys are not allowed")
            if tag == _INTEGER and len(value) > MAX_INTEGER_LENGTH:
                raise ValueError(f"a whole number has at most {MAX_INTEGER_LENGTH} characters")
            # PyYAML knows the tag of a lone "=", but cannot construct it: it is text.
            construct = SafeConstructor.yaml_constructors.get(tag)
            return construct(_CONSTRUCTOR, yaml.ScalarNode(tag, value)) if construct else value
    return value
