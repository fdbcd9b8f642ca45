"""Any valid article, as plain values of its file: what property tests draw."""

import datetime as dt
from typing import Any

from hypothesis import strategies as st

from articles.content.columns import normal_body
from articles.content.yaml.characters import is_visible

# Whatever may stand in a text: all of Unicode that YAML and databases can hold.
TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
NAME = TEXT.filter(is_visible)
NUMBER = st.integers(-(2**31), 2**31 - 1)
TIME = st.datetimes(
    min_value=dt.datetime.fromisoformat("1001-01-01"),
    max_value=dt.datetime.fromisoformat("2024-01-01"),
    timezones=st.just(dt.UTC),
).map(lambda time: time.replace(fold=0))
PATH = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
ADDRESS = st.builds("https://{}.example/{}".format, st.sampled_from("abc"), PATH)
IMAGE = st.fixed_dictionaries(
    {"url": ADDRESS}, optional={"width": NUMBER, "height": NUMBER, "title": TEXT, "isCached": st.booleans()}
)
IMAGES = st.lists(IMAGE, min_size=1, max_size=2)
PROVIDER = st.fixed_dictionaries(
    {"domain": st.sampled_from(["a.example", "b.example", "münchen.example"])},
    optional={"name": NAME, "images": IMAGES},
)
ANY = st.recursive(
    st.one_of(TEXT, st.integers(), st.booleans(), st.none(), TIME, st.dates(), st.floats(allow_nan=False)),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(NAME, inner, max_size=2)),
    max_leaves=4,
)
COMMON = {"title": NAME, "publishedDateTime": TIME, "webUrl": ADDRESS, "provider": PROVIDER}
OPTIONAL = {
    "excerpt": TEXT,
    "originalUrl": ADDRESS,
    "ampWebUrl": ADDRESS,
    "cdnAmpWebUrl": ADDRESS,
    "type": TEXT,
    "quality": NUMBER,
    "images": IMAGES,
}
ENTRY = st.fixed_dictionaries(COMMON, optional=OPTIONAL)
ARTICLE = st.fixed_dictionaries(
    COMMON,
    optional=OPTIONAL
    | {
        "category": TEXT,
        "heat": NUMBER,
        "published": st.booleans(),
        "removed": st.booleans(),
        "topics": st.lists(NAME, min_size=1, max_size=3),
        "related": st.lists(ENTRY, min_size=1, max_size=3),
        "featuredContent": TEXT,
        "secured": TEXT,
        "unknown": ANY,
    },
)
BODY = st.one_of(st.just(""), TEXT, st.lists(TEXT, max_size=4).map("\n\n---\n".join)).map(normal_body)


def typed(value: Any) -> Any:
    """Return a value that equals another's only if the types are the same, too: 1 is not True, nor -0.0 what 0 is."""
    if isinstance(value, dict):
        return {key: typed(each) for key, each in value.items()}
    return [typed(each) for each in value] if isinstance(value, list) else repr(value)
