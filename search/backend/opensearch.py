"""The same search on an OpenSearch server, for a site that outgrows its database.

`SEARCH_URL=https://…` in production chooses it. Characters are taken in pairs by the
server's own `cjk_bigram` filter, with single characters beside them; what a street needs
beyond that (traditional forms, sounds, steps) is done here, so no plug-in is needed.
"""

from typing import Any

from django.utils import timezone
from modelsearch.backends import opensearch3 as stock
from modelsearch.index import RelatedFields, SearchField
from modelsearch.query import PlainText

from search.backend.steps import SteppedCompiler, SteppedResults, Wanted
from search.plan import PartlyLike
from search.sounds import LONGEST_NAME, sound_tokens
from search.text import MOST_QUERY, fold
from search.wording import Step, Word, read

SOUNDS = "_sounds"
INDEX_SETTINGS = {
    "settings": {
        "analysis": {
            "filter": {
                "street_pairs": {"type": "cjk_bigram", "output_unigrams": True},
            },
            "analyzer": {
                "default": {
                    "type": "custom",
                    "tokenizer": "standard",
                    "filter": [
                        "cjk_width",
                        "lowercase",
                        "asciifolding",
                        "street_pairs",
                    ],
                },
                "street_sounds": {"type": "custom", "tokenizer": "whitespace"},
            },
        }
    }
}


class Mapping(stock.OpenSearch3Mapping):
    """What a document holds: folded texts, and the sounds of its names."""

    def get_mapping(self) -> dict[str, Any]:
        mapping: dict[str, Any] = super().get_mapping()
        mapping["properties"][SOUNDS] = {"type": "text", "analyzer": "street_sounds"}
        return mapping

    def get_document(self, obj: Any) -> dict[str, Any]:
        document: dict[str, Any] = super().get_document(obj)
        document["_edgengrams"] = [fold(str(one)) for one in document["_edgengrams"]]
        document[SOUNDS] = [
            " ".join(sound_tokens(text)) for text in self._names(obj) if text
        ]
        return document

    def _get_document_field_data(self, field: Any, obj: Any) -> Any:
        name, value, completing = super()._get_document_field_data(field, obj)
        if isinstance(field, SearchField):
            value = _folded(value)
        return name, value, completing

    def _names(self, obj: Any) -> list[str]:
        """The short texts of an object and of what belongs to it."""
        names: list[str] = []
        for field in self.model.get_search_fields():
            if isinstance(field, SearchField):
                names.append(str(field.get_value(obj) or ""))
            elif isinstance(field, RelatedFields):
                value = field.get_value(obj)
                related = value.all() if hasattr(value, "all") else [value]
                names += [
                    str(own.get_value(one) or "")
                    for one in related
                    if one is not None
                    for own in field.fields
                    if isinstance(own, SearchField)
                ]
        return [name for name in names if len(name) <= LONGEST_NAME]


def _folded(value: Any) -> Any:
    if isinstance(value, str):
        return fold(value)
    if isinstance(value, list | tuple):
        return [_folded(one) for one in value]
    return value


class _Compiler(SteppedCompiler):
    mapping_class = Mapping

    def _compile_plaintext_query(
        self, query: Any, fields: Any, boost: float = 1.0
    ) -> Any:
        operator = "or" if isinstance(query, PartlyLike) else query.operator
        typed = PlainText(fold(query.query_string[:MOST_QUERY]), operator=operator)
        parent: Any = super()
        if not self.step.by_sound:
            return parent._compile_plaintext_query(typed, fields, boost)

        def one(word: Word) -> Any:
            literal = PlainText(word.text, operator="and")
            forms = [parent._compile_plaintext_query(literal, fields, boost)]
            forms += [
                {"match_phrase_prefix" if atom.is_prefix else "match_phrase": asked}
                for atom in word.sounds
                for asked in [{SOUNDS: " ".join(atom.tokens)}]
            ]
            return {"bool": {"should": forms, "minimum_should_match": 1}}

        wording = read(query.query_string, self.step, typing=self.LAST_TERM_IS_PREFIX)
        words = [one(word) for word in wording.words]
        if not words:
            return {"bool": {"must_not": {"match_all": {}}}}
        if self.step is Step.PARTLY or operator == "or":
            least = "50%" if self.step is Step.PARTLY else 1
            return {"bool": {"should": words, "minimum_should_match": least}}
        return {"bool": {"must": words}}


class Compiler(_Compiler, stock.OpenSearch3SearchQueryCompiler):
    """`search()`; like the databases' it asks for every word unless told otherwise."""

    DEFAULT_OPERATOR = "and"
    LAST_TERM_IS_PREFIX = False


class AutocompleteCompiler(_Compiler, stock.OpenSearch3AutocompleteQueryCompiler):
    """`autocomplete()`."""

    DEFAULT_OPERATOR = "and"
    LAST_TERM_IS_PREFIX = True


class Results(SteppedResults, stock.OpenSearch3SearchResults):
    """Hits of the server, as objects of the database."""

    def rows(self, wanted: Wanted) -> list[tuple[Any, ...]]:
        """Columns of the best hits; what the condition leaves out is not counted."""
        clone: Any = self._clone()
        clone._set_limits(0, wanted.most)
        hits = clone.results()
        kept = self.query_compiler.queryset.filter(
            wanted.where(timezone.now()), pk__in=[hit.pk for hit in hits]
        )
        allowed = set(kept.values_list("pk", flat=True))
        hits = [hit for hit in hits if hit.pk in allowed]
        return [tuple(getattr(hit, name) for name in wanted.columns) for hit in hits]


class Index(stock.OpenSearch3Index):
    """One index for each kind of thing, all pages together in one."""


class SearchBackend(stock.OpenSearch3SearchBackend):
    """What `get_search_backend()` gives where `SEARCH_URL` is set."""

    mapping_class = Mapping
    index_class = Index
    query_compiler_class = Compiler
    autocomplete_query_compiler_class = AutocompleteCompiler
    results_class = Results

    def __init__(self, params: dict[str, Any]) -> None:
        super().__init__({"INDEX_SETTINGS": INDEX_SETTINGS, **params})
