"""What an OpenSearch server would be told. No server runs here: the JSON is checked."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from courses.models import CoursePage
from search.backend.opensearch import Mapping, SearchBackend
from search.plan import PartlyLike
from tests.factories import make_course, make_profile

pytestmark = pytest.mark.django_db


@pytest.fixture
def backend():
    return SearchBackend({"URLS": ["http://127.0.0.1:1"], "INDEX_PREFIX": "street_"})


def asked(results):
    return results.query_compiler.get_query()["bool"]["must"]


def test_the_index_takes_characters_in_pairs_and_alone(backend):
    analysis = backend.settings["settings"]["analysis"]
    assert analysis["filter"]["street_pairs"] == {
        "type": "cjk_bigram", "output_unigrams": True,
    }  # fmt: skip
    assert analysis["analyzer"]["default"]["filter"][-1] == "street_pairs"


def test_a_document_holds_folded_texts_and_sounds(school_a):
    course = make_course(
        school_a, "c", make_profile(school_a, "闻人雪"), title="剪紙ＡＢＣ"
    )
    document = Mapping(CoursePage).get_document(course)
    assert document["title"] == "剪纸abc"
    assert any(one.startswith("πjian πzhi") for one in document["_sounds"])
    assert any(one.startswith("πwen πren πxue") for one in document["_sounds"])
    mapping = Mapping(CoursePage).get_mapping()["properties"]
    assert mapping["_sounds"] == {"type": "text", "analyzer": "street_sounds"}


def test_a_query_is_folded_cut_and_asks_for_every_word(backend):
    query = asked(backend.search("剪紙 入门", CoursePage))["multi_match"]
    assert query["query"] == "剪纸 入门"
    assert query["operator"] == "and"
    long = asked(backend.search("字" * 500, CoursePage))["multi_match"]
    assert len(long["query"]) == 100


def test_the_next_step_asks_by_sound(backend):
    results = backend.search("剪只", CoursePage)
    results.query_compiler.go_on()
    (word,) = asked(results)["bool"]["must"]
    assert {"match_phrase": {"_sounds": "πjian πzhi"}} in word["bool"]["should"]


def test_some_of_the_words(backend):
    query = asked(backend.search(PartlyLike("我想学剪纸"), CoursePage))
    assert query["bool"]["minimum_should_match"] == "50%"


def test_a_server_that_is_down_lets_a_search_fail_and_a_save_pass(backend, school_a):
    with pytest.raises(Exception, match=r"Connection|refused"):
        list(backend.search("剪纸", CoursePage))


def test_production_takes_it_from_the_environment():
    code = (
        "import learning_site.settings.production as p;"
        "print(p.WAGTAILSEARCH_BACKENDS['default']['BACKEND'])"
    )
    env = {
        **os.environ,
        "SECRET_KEY": "k" * 60,
        "MFA_ENCRYPTION_KEY": "m" * 40,
        "SITE_URL": "https://xuexi.example.org",
        "ALLOWED_HOSTS": "xuexi.example.org",
        "DATABASE_URL": "postgres://u:p@127.0.0.1:1/none",
        "SEARCH_URL": "https://search.example.org:9200",
    }
    done = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", code],
        cwd=Path(__file__).resolve().parents[2],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "search.backend.opensearch", done.stderr
