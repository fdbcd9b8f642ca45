"""Words of many languages are found as people type them: with and without accents, articles and particles."""

import pytest

from articles.models import Article
from articles.search.analysis import Analyzer
from articles.search.index import rebuild_index
from articles.search.marking import find_matches
from articles.search.offered import Offered
from articles.search.query import parse
from articles.search.searching import find, prepare
from articles.search.suggesting import completions
from tests.support.factories import make_article

# Language -> (a word as it is written in a title, and as people type it), of which each finds its own title only.
WORDS = {
    "Polish": [("Łódź", "lodz"), ("ŁÓDŹ", "Łódź"), ("Wisła", "wisla"), ("żółw", "zolw"), ("Gdańsk", "gdansk")],
    "Vietnamese": [("Đà Nẵng", "da nang"), ("ĐỒNG", "đồng"), ("Hà Nội", "ha noi"), ("Điện Biên", '"dien bien"')],
    "Danish": [("Ørsted", "orsted"), ("Færøerne", "faeroerne"), ("SMØRREBRØD", "smørrebrød"), ("Århus", "arhus")],
    "Turkish": [("ışık", "ışık"), ("IŞIK", "isik"), ("Diyarbakır", "diyarbakir"), ("İzmir", "izmir"), ("çağ", "cag")],
    "Icelandic": [("Þingvellir", "thingvellir"), ("Seyðisfjörður", "seydisfjordur"), ("Ísland", "island")],
    "Maltese and Croatian": [("Ħamrun", "hamrun"), ("Đokić", "dokic"), ("Ġgantija", "ggantija")],
    "German": [("Straßenbahn", "strassenbahn"), ("Größe", "grosse"), ("MÜNCHEN", "münchen")],
    "French": [("Cœur", "coeur"), ("Élysée", "elysee"), ("façade", "FAÇADE")],
    "Korean": [
        ("대한민국", "민국"),
        ("항구에", "항구"),
        ("등대가", "등대"),
        ("서울시장은", "서울"),
        ("인공지능", "인공 지능"),
        ("AI가", "ai"),
        ("\u1112\u1161\u11a8\u1100\u116d\u110b\u1166\u1109\u1165", "학교"),
    ],
    "Arabic": [
        ("المدرسة", "المدرسه"),
        ("والإنترنت", "إنترنت"),
        ("والوزير", "وزير"),
        ("بالجامعة", "جامعة"),
        ("للحكومة", "الحكومه"),
        ("مستشفى", "مستشفي"),
        ("أسعار", "الاسعار"),
        ("مـــال", "مال"),
        ("٢٠٢٦", "2026"),
    ],
    "Persian": [("کتاب", "كتاب"), ("ایران", "ايران"), ("۱۴۰۴", "1404")],
    "Russian": [("ёлка", "елка"), ("Новый", "новый"), ("МЭР", "мэр")],
    "Hawaiian and Hausa": [("Kauaʻi", "kauai"), ("ɓarawo", "barawo"), ("Ƙasa", "kasa")],
    "Japanese": [("ガス", "ガス"), ("ﾀﾞﾑ", "ダム"), ("東京都", "東京")],
    "Code": [("C++", "c++"), ("C#", '"C#"'), ("F#-compiler", "f#"), ("Ｇ＋＋", "g++"), ("Notepad++", "notepad")],
}
PAIRS = [(written, typed) for words in WORDS.values() for written, typed in words]
# What is written, and what people type who want something else.
OTHERS = [
    ("C++", "C#"),
    ("C#", "C++"),
    ("C#", '"C++"'),
    ("C", "C++"),
    ("Disney", "Disney+"),
    ("ガス", "カス"),
    ("パン", "ハン"),
    ("мой", "мои"),
    ("الله", "له"),
    ("민국", "대한민국"),
    ("수도 항", "항수"),
]


def found(text: str) -> list[int]:
    return find(prepare(parse(text)), "date").ids


def test_the_table_has_fifty_words_of_twelve_languages() -> None:
    assert len(PAIRS) >= 50
    assert len(WORDS) >= 12


@pytest.mark.django_db
@pytest.mark.parametrize("site_language", ["en", "ar", "ko", "tr"])
@pytest.mark.parametrize("language", WORDS)
def test_a_word_is_found_as_people_type_it(language: str, site_language: str, settings: object) -> None:
    settings.LANGUAGE_CODE = site_language  # type: ignore[attr-defined]
    articles = {written: make_article(title=f"x {written} y").pk for written, _ in WORDS[language]}
    for written, typed in WORDS[language]:
        same = {pk for other, pk in articles.items() if other.casefold() == written.casefold()}
        assert same <= set(found(typed)), f"{typed} finds {written}"
        assert articles[written] in found(written)
        assert articles[written] in found(f'"{written}"')
        assert articles[written] not in found(f"x -{written}")


@pytest.mark.django_db
@pytest.mark.parametrize(("written", "typed"), OTHERS)
def test_a_word_is_not_found_by_another(written: str, typed: str) -> None:
    article = make_article(title=f"x {written} y")
    assert found(typed) == []
    assert found(written) == [article.pk]
    assert found(f"x -{typed}") == [article.pk]


@pytest.mark.parametrize("site_language", ["en", "ar", "fa"])
@pytest.mark.parametrize(
    "word", ["مدرسة", "وزير", "والدة", "والدين", "بالون", "كالسيوم", "إنترنت", "ألمانيا", "لغة", "وقت"]
)
def test_an_arabic_word_is_the_same_with_its_article(word: str, site_language: str) -> None:
    analyzer = Analyzer(site_language)
    assert analyzer.tokens(f"ال{word}") == analyzer.tokens(word)
    assert analyzer.tokens(f"وال{word}") == analyzer.tokens(word)


@pytest.mark.parametrize(
    ("word", "apart"), [("항구", "\u1112\u1161\u11bc\u1100\u116e"), ("가각", "가\u1100\u1161\u11a8")]
)
def test_hangul_is_the_same_in_syllables_and_in_letters(word: str, apart: str) -> None:
    assert Analyzer("en").tokens(word) == Analyzer("en").tokens(apart) == list(word)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("C++17 and C#.", "c ＋＋ 17 and c ＃"),
        ("c++'s C&#43;&#43;", "c ＋＋ c ＋＋"),
        ("a+b salt+pepper page#part + # ++", "a b salt pepper page part"),
        ("x### 18+ é++ é# é+é", "x 18 ＋ e ＋＋ e ＃ e e"),
    ],
)
def test_signs_at_the_end_of_a_word_are_searched_for(text: str, tokens: str) -> None:
    assert " ".join(Analyzer("xx").tokens(text)) == tokens


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["\U0002ebe1", "\u0640", "\u02bb"])
def test_a_word_of_which_nothing_is_left_asks_for_nothing(text: str) -> None:
    article = make_article(title=f"x {text}")
    assert prepare(parse(text)).criteria is None
    assert found(f"x {text}") == [article.pk]


@pytest.mark.parametrize(
    ("text", "typed", "marked"),
    [
        ("Why C++ and not C#", "c#", ["C#"]),
        ("C++, c++ and C", "C++", ["C++", "c++"]),
        ("대한민국 항구에 새 등대", "항구", ["항구"]),
        ("대한민국 항구에 새 등대", "민국", ["민국"]),
        ("أخبار المدرسة والإنترنت", "إنترنت", ["والإنترنت"]),
        ("Ørsted in Łódź", "lodz", ["Łódź"]),
    ],
)
def test_what_is_found_is_marked(text: str, typed: str, marked: list[str]) -> None:
    analyzer = Analyzer("en")
    assert [text[start:end] for start, end in find_matches(text, [tuple(analyzer.tokens(typed))], analyzer)] == marked


@pytest.mark.django_db
def test_korean_words_may_go_on_as_they_are_typed() -> None:
    make_article(title="대한민국 항구에 새 등대")
    assert completions("대한", Offered()).queries == ["대한민국"]


@pytest.mark.django_db
def test_a_rebuild_gives_the_same_of_all_languages() -> None:
    for written, _ in PAIRS:
        make_article(title=written)
    before = {typed: found(typed) for _, typed in PAIRS}
    rebuild_index()
    assert {typed: found(typed) for _, typed in PAIRS} == before
    assert all(before.values())
    assert Article.objects.count() == len(PAIRS)
