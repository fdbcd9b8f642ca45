"""The vocabulary by which stories were joined, in a file of its own, so that a site that is rebuilt has the same stories.

Which words are rare is learned from time to time only; no other file tells what the site looked like then.
"""

from collections.abc import Callable

from articles.content.decision_schema import VocabularyRecord, times_of, words_by_times
from articles.content.files import SourceFile
from articles.content.parsing import parse_vocabulary
from articles.content.problems import Problem
from articles.content.reading import read_parsed
from articles.content.yaml.writer import Style, lines_of
from articles.db.locks import writing
from articles.models import Provider, StoryVocabulary
from articles.stories.vocabulary import current_vocabulary, keep
from articles.stories.weights import Vocabulary
from articles.sync.data_files import store_file, stored_files

STYLE = Style(("articles", "chunks", "words", "providers"))


def import_story_vocabulary(file: SourceFile, add_problem: Callable[[Problem], None]) -> bool:
    """Take the vocabulary of a file, if the site has learned none yet; return whether the file could be read."""
    found = read_parsed(file, parse_vocabulary)
    if isinstance(found, Problem):
        add_problem(found)
        return False
    content, parsed = found
    for problem in parsed.problems:
        add_problem(problem)
    with writing():
        store_file(file, content, stored_files([file.path], file.root).get(file.path))
        if parsed.record and not StoryVocabulary.objects.exists():
            keep(_vocabulary_of(parsed.record), parsed.record.articles)
    return True


def _vocabulary_of(record: VocabularyRecord) -> Vocabulary:
    ids = dict(Provider.objects.filter(domain__among=set(record.providers)).values_list("domain", "pk"))
    known = {ids[domain]: its for domain, its in record.providers.items() if domain in ids}
    articles = {pk: its.articles for pk, its in known.items()}
    habits = {pk: times_of(its.words) for pk, its in known.items()}
    return Vocabulary(record.chunks, times_of(record.words), articles, habits)


def story_vocabulary_text(text: str | None) -> str:
    """Return the text of the file."""
    vocabulary, articles = current_vocabulary(), StoryVocabulary.objects.values_list("articles", flat=True).get()
    domains = dict(Provider.objects.filter(pk__among=set(vocabulary.articles)).values_list("pk", "domain"))
    providers = {
        domain: {"articles": vocabulary.articles[pk], "words": words_by_times(vocabulary.habits[pk])}
        for pk, domain in sorted(domains.items(), key=lambda item: item[1])
    }
    words = words_by_times(vocabulary.words)
    values = {"articles": articles, "chunks": vocabulary.chunks, "words": words, "providers": providers}
    return "".join(f"{line}\n" for line in lines_of(values, STYLE))
