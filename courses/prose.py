"""Chinese sentences in the texts of lessons: where one ends, and how long it is."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from core.html import well_formed

ADDRESS = re.compile(r"(?:https?://|www\.)[\w\-./?%&=#:~+@]+", re.ASCII)
# A full stop of Latin writing ends a sentence only before a space, and not after a
# number: «3.5», «1. 打开», «a.pdf».
END = re.compile(r"[。！？!?…\n]+|(?<=[^\W\d])\.(?=\s|$)")
# One sign of Chinese writing, or one word or number of another.
SIGN = re.compile(
    r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+(?:[.:,'’-][^\W_\u3400-\u9fff]+)*"
)
QUOTED = re.compile(r"「[^「」]*」|『[^『』]*』|“[^“”]*”|《[^《》]*》|（[^（）]*）")
WORD = re.compile(r"\w")
# What the text of rich text is made of; the rest is dropped, and its text stays.
TAGS = {"p", "h2", "h3", "h4", "li", "a", "table", "tr", "td", "th", "br"}


def sentences_of(text: str) -> list[str]:
    """The sentences of a text; one inside quotation marks or brackets counts as well."""
    parts = END.split(ADDRESS.sub(" 网址 ", text))
    return [part.strip() for part in parts if WORD.search(part)]


def count_sentences(text: str) -> int:
    """How many sentences there are; what somebody says in quotes is part of one."""
    return len(sentences_of(QUOTED.sub("引用", ADDRESS.sub("网址", text))))


def length_of(sentence: str) -> int:
    """In Chinese signs; a number, an address or a word in Latin letters is one."""
    return len(SIGN.findall(ADDRESS.sub("址", sentence)))


@dataclass
class RichReading:
    """What the checks need of rich text."""

    paragraphs: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    # Of each table, whether it names its rows or columns.
    tables: list[bool] = field(default_factory=list)


def read_rich_text(source: str) -> RichReading:
    """Paragraphs, headings, links and tables of the HTML of rich text."""
    parser = _Reader()
    parser.feed(well_formed(source, TAGS, set()))
    parser.close()
    return parser.reading


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.reading = RichReading()
        self._open: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "br":
            self.handle_data("\n")
        elif tag == "table":
            self.reading.tables.append(False)
        elif tag == "th" and self.reading.tables:
            self.reading.tables[-1] = True
        if tag not in ("br", "table", "tr"):
            self._open[tag] = ""

    def handle_data(self, data: str) -> None:
        for tag in self._open:
            self._open[tag] += data

    def handle_endtag(self, tag: str) -> None:
        text = self._open.pop(tag, None)
        if text is None:
            return
        if tag in ("h2", "h3", "h4"):
            self.reading.headings.append(text.strip())
        elif tag == "a":
            self.reading.links.append(text.strip())
        else:
            self.reading.paragraphs.append(text.strip())
