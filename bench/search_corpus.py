"""What the search is measured on: documents with queries, and the pages that hold them.

The documents are the sample cases beside the repository (`../shared/cases`); nothing of
them is part of the product. Relevance is computed here without the product's own code:
a document answers a query if its text holds it after NFKC, traditional to simplified
and removal of punctuation.
"""

import json
import random
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

CASES = Path(__file__).resolve().parents[2] / "shared" / "cases"
NO_WORD = re.compile(r"[\W_]+")
HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]")


@dataclass(frozen=True)
class Document:
    """A title, an author and a text to be found."""

    key: str
    title: str
    author: str
    body: str


@dataclass(frozen=True)
class Query:
    """What is typed, and the documents that answer it."""

    kind: str
    text: str
    relevant: frozenset[str]


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


def plain(text: str) -> str:
    """The text as relevance compares it."""
    simplified = _converter().convert(unicodedata.normalize("NFKC", text))
    return NO_WORD.sub("", simplified).lower()


def read_relevance() -> tuple[list[Document], list[Query]]:
    """The documents and queries of `search-relevance`."""
    folder = CASES / "search-relevance"
    documents = [
        Document(one["id"], one["title"], one.get("author") or "", one["body"])
        for one in _lines(folder / "classics-docs.jsonl")
    ]
    queries = [
        Query(one["kind"], one["query"], frozenset(one["relevant"]))
        for path in sorted(folder.glob("classics-queries*.jsonl"))
        for one in _lines(path)
    ]
    return documents, queries


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text("utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def read_texts(
    others: list[Document], *, seed: int = 7
) -> tuple[list[Document], list[Query]]:
    """The documents of `chinese-text`, and queries drawn from them.

    `others` are documents that are searched as well, and may answer a query too.

    Of the books a document is a paragraph, and queries are parts of 2 to 8 Chinese
    characters, as printed and in simplified characters; of the word lists every word is a document
    of that title, and queries are words.
    """
    folder = CASES / "chinese-text"
    documents: list[Document] = []
    for path in sorted(folder.glob("*.json")):
        texts = list(_strings(json.loads(path.read_text("utf-8"))))
        texts = [one for one in texts if len(HAN.findall(plain(one))) >= 4]
        documents += [
            Document(f"text-{path.stem}-{place}", f"{path.stem} {place}", "", text)
            for place, text in enumerate(texts)
        ]
    chance = random.Random(seed)  # noqa: S311 - a draw that can be repeated
    queries = [
        Query(kind, text, frozenset())
        for document in chance.sample(documents, 120)
        for kind, text in _parts_of(document, chance)
    ]
    words = [
        Document(f"text-{path.stem}-{place}", line.split("\t")[0], "", "")
        for path in sorted(folder.glob("*.txt"))
        for place, line in enumerate(path.read_text("utf-8").splitlines())
        if line.strip()
    ]
    words = chance.sample(words, 1000)
    queries += [
        Query("word", document.title, frozenset())
        for document in chance.sample(words, 60)
    ]
    documents += words
    return documents, _with_relevance([*others, *documents], queries)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)


def _parts_of(document: Document, chance: random.Random) -> list[tuple[str, str]]:
    letters = [c for c in document.body if HAN.match(c)]
    size = min(len(letters), chance.randint(2, 8))
    begin = chance.randint(0, len(letters) - size)
    part = "".join(letters[begin : begin + size])
    return [("part", part), ("part, simplified", _converter().convert(part))]


def _with_relevance(documents: list[Document], queries: Iterable[Query]) -> list[Query]:
    texts = {one.key: (plain(one.title), plain(one.body)) for one in documents}
    answered = []
    for query in queries:
        asked = plain(query.text)
        relevant = frozenset(
            key for key, fields in texts.items() if any(asked in one for one in fields)
        )
        answered.append(Query(query.kind, query.text, relevant))
    return answered


def fillers(documents: list[Document], count: int, *, seed: int = 11) -> list[Document]:
    """Further pages of the same language: sentences of the documents, mixed anew."""
    chance = random.Random(seed)  # noqa: S311 - a draw that can be repeated
    sentences = [
        part
        for document in documents
        for part in re.split(r"[。！？；]", document.body)
        if 4 <= len(part) <= 60
    ]
    return [
        Document(
            f"filler-{number}",
            chance.choice(sentences)[:16],
            "",
            "。".join(chance.choices(sentences, k=chance.randint(3, 14))),
        )
        for number in range(count)
    ]


def make_pages(documents: list[Document]) -> dict[int, str]:
    """A news page for each document, live and in the index: key by page number.

    Written in bulk below the site's list, which is many times faster than one by one;
    the index is filled by the backend itself, as `update_index` does.
    """
    from django.contrib.contenttypes.models import ContentType
    from wagtail.models import Page
    from wagtail.search.backends import get_search_backend

    from news.models import NewsIndexPage, NewsPage

    section = NewsIndexPage.objects.first()
    begin = section.numchild
    kind = ContentType.objects.get_for_model(NewsPage)
    plain_pages = [
        Page(
            path=section._get_path(section.path, section.depth + 1, begin + place + 1),
            depth=section.depth + 1,
            title=document.title[:255] or document.key,
            draft_title=document.title[:255],
            slug=f"d-{document.key}",
            url_path=f"{section.url_path}d-{document.key}/",
            content_type=kind,
            locale=section.locale,
            live=True,
        )
        for place, document in enumerate(documents)
    ]
    Page.objects.bulk_create(plain_pages, batch_size=400)
    by_slug = dict(Page.objects.filter(slug__startswith="d-").values_list("slug", "pk"))
    Page.objects.filter(pk=section.pk).update(numchild=begin + len(documents))
    field = NewsPage._meta.get_field("body")
    own = []
    for page, document in zip(plain_pages, documents, strict=True):
        page.pk = by_slug[page.slug]
        news = NewsPage(page_ptr_id=page.pk, event_date=date(2026, 1, 1))
        news.__dict__.update(
            {k: v for k, v in page.__dict__.items() if not k.startswith("_")}
        )
        news.summary = document.author[:160]
        news.body = field.to_python([{"type": "text", "value": document.body}])
        news.save_base(raw=True)
        own.append(news)
    backend = get_search_backend()
    for place in range(0, len(own), 500):
        backend.add_bulk(NewsPage, own[place : place + 500])
    return {by_slug[f"d-{document.key}"]: document.key for document in documents}
