"""How long texts take to read."""

import pytest

from articles.text.reading import minutes_to_read


@pytest.mark.parametrize(
    ("html", "minutes"),
    [
        ("", 0),
        ("<p>" + "word " * 100 + "</p>", 0),
        ("<p>" + "word " * 120 + "</p>", 1),
        ("<p>" + "<b>word</b> " * 690 + "</p>", 3),
        ("<p>" + "漢" * 1500 + "</p>", 3),
        ("<p>" + "ก" * 500 + "word " * 230 + "</p>", 2),
    ],
)
def test_words_are_counted_and_letters_where_words_have_no_spaces(html: str, minutes: int) -> None:
    assert minutes_to_read(html) == minutes
