"""Staff see the Wagtail admin in Chinese: the catalogues, and a walk through the pages."""

import gettext
import json
import re
from ast import literal_eval
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import wagtail
import wagtailmedia
from django.conf import settings
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone
from django.utils.translation.trans_real import DjangoTranslation

from core.library_words import TEMPLATE_WORDS, in_words
from tests.factories import make_document, make_image, make_medium, make_news
from tests.site.admin_words import CONTENT, english_in, walk

CATALOGUES = settings.BASE_DIR / "locale" / "zh_Hans" / "LC_MESSAGES"
DOMAINS = ("django", "djangojs")
# What the libraries translate, and we say otherwise: two sentences with French in them,
# and one with a placeholder that nobody fills.
CORRECTED = ("You haven't uploaded any media files", "You cannot remove your primary")


def read_po(path):
    """The entries of a .po file as (context, singular, plural, translation)."""
    entries, entry, key = [], {}, ""
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        keyword = re.match(r"(msgctxt|msgid_plural|msgid|msgstr)(?:\[0\])? (.*)", line)
        if keyword:
            key = keyword[1]
            entry[key] = literal_eval(keyword[2])
        elif line.startswith('"'):
            entry[key] += literal_eval(line)
        elif not line and entry:
            entries.append(entry)
            entry = {}
    return [
        (one.get("msgctxt"), one["msgid"], one.get("msgid_plural"), one["msgstr"])
        for one in entries
        if one["msgid"]
    ]


def key_of(context, singular):
    return f"{context}\x04{singular}" if context else singular


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_compiled_catalogue_is_that_of_the_text(domain):
    with (CATALOGUES / f"{domain}.mo").open("rb") as compiled:
        messages = dict(gettext.GNUTranslations(compiled)._catalog)
    messages.pop("")
    entries = read_po(CATALOGUES / f"{domain}.po")
    assert len(entries) > 15
    assert messages == {
        (key_of(context, one), 0) if many else key_of(context, one): words
        for context, one, many, words in entries
    }


@pytest.mark.parametrize("domain", DOMAINS)
def test_placeholders_and_tags_are_kept(domain):
    def parts(text):
        return set(re.findall(r"%\(\w+\)[a-z]|%[a-z]|\{\w+\}|[\w-]+=\"[^\"]*\"", text))

    # The way to an outside page about JavaScript is left out on purpose.
    outside = {'href="https://www.enable-javascript.com/"', 'target="_blank"',
               'rel="noreferrer"'}  # fmt: skip
    wrong = [
        one
        for _, one, many, words in read_po(CATALOGUES / f"{domain}.po")
        if parts(words) != parts(many or one)
        and not ("enable-javascript" in one and parts(one) == outside)
    ]
    assert not wrong


def test_words_are_chinese_with_chinese_punctuation():
    for domain in DOMAINS:
        for _, one, _, words in read_po(CATALOGUES / f"{domain}.po"):
            bare = re.sub(r"%\(\w+\)[a-z]|<[^>]*>|%[a-z]", "", words)
            if re.search(r"\w", bare):
                assert re.search(r"[\u4e00-\u9fff]", bare), one
            assert not re.search(r"[\u4e00-\u9fff]\s*[,;:?!]", bare), words
            assert "非法" not in words
            assert "失败" not in words


def catalogue(domain):
    """What Django puts together for the admin of this site."""
    folders = [str(Path(wagtail.__file__).parent / "admin" / "locale")]
    return DjangoTranslation(
        "zh-hans", domain=domain, localedirs=None if domain == "django" else folders
    )


def find(messages, one, many, context=None):
    key = key_of(context, one)
    return messages._catalog.get((key, 0) if many else key)


@pytest.mark.parametrize("domain", DOMAINS)
def test_no_translation_of_the_library_is_hidden(settings, domain):
    entries = read_po(CATALOGUES / f"{domain}.po")
    settings.LOCALE_PATHS = []
    theirs = catalogue(domain)
    hidden = [
        (one, before, words)
        for context, one, many, words in entries
        if (before := find(theirs, one, many, context)) not in (None, words)
        and not one.startswith(CORRECTED)
    ]
    assert not hidden


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_string_of_the_libraries_has_its_translation(domain):
    ours = catalogue(domain)
    installed = {config.split(".config")[0] for config in settings.INSTALLED_APPS}
    missing, count = [], 0
    for library in (wagtail, wagtailmedia):
        folder = Path(library.__file__).parent
        for path in folder.glob(f"**/locale/en/LC_MESSAGES/{domain}.po"):
            app = ".".join(path.relative_to(folder.parent).parts[:-4])
            if app not in {*installed, "wagtail.users"}:
                continue
            for context, one, many, _ in read_po(path):
                count += 1
                if not find(ours, one, many, context):
                    missing.append((app, one))
    assert count > 80
    assert not missing


def test_the_scripts_of_the_admin_get_their_words(client, clerk_a):
    client.force_login(clerk_a)
    script = client.get(reverse("wagtailadmin_javascript_catalog")).content.decode()
    for words in ("正在自动保存…", "插入内容块"):
        assert json.dumps(words) in script


def test_the_words_in_templates_are_still_there():
    """One that a new version of Wagtail has mended can go from the list."""
    for name, (english, ours) in TEMPLATE_WORDS.items():
        source = get_template(name).template.source
        assert ours in source, name
        assert english not in source, name


def test_the_reader_of_pages_finds_english():
    page = """<p>保存 <b>Save</b></p><img alt="A picture"><svg><title>Icon</title></svg>
        <input type="submit" value="Search"><script>Let it be</script>
        <div data-x='{"a": "Please try again", "b": "<i>Nested</i>", "c": "key"}'>
        PDF /admin/pages/ a@example.org site_admin</div>"""
    assert english_in(page) == {
        "Save", "A picture", "Search", "Please try again", "Nested"
    }  # fmt: skip


# --- The walk ------------------------------------------------------------------

MUST_SEE = {
    "site_admin": """wagtailadmin_home wagtailadmin_account wagtailadmin_explore
        wagtailadmin_pages:edit wagtailadmin_pages:history wagtailadmin_pages:delete
        wagtailadmin_pages:unpublish wagtailadmin_pages:revisions_compare
        wagtailadmin_pages:usage wagtailadmin_pages:search wagtailimages:index
        wagtailimages:add_multiple wagtailimages:edit wagtaildocs:index wagtailmedia:index
        wagtailusers_users:index wagtailusers_users:edit wagtailusers_groups:index
        wagtailadmin_reports:site_history wagtailadmin_reports:workflow
        wagtailadmin_reports:locked_pages wagtailadmin_workflows:index
        wagtailadmin_workflows:add wagtailsites:index wagtailredirects:index
        wagtailredirects:add wagtailsettings:edit wagtailadmin_collections:index
        wagtailadmin_choose_page wagtailadmin_choose_page_email_link
        wagtailimages_chooser:choose wagtailimages_chooser:select_format
        wagtailmedia:chooser_typed wagtail_bulk_action""",
    "editor": """wagtailadmin_home wagtailadmin_pages:edit wagtailimages:index
        wagtailadmin_reports:workflow""",
    "clerk_a": """wagtailadmin_home wagtailadmin_explore wagtailadmin_pages:add
        wagtailadmin_pages:edit wagtailimages:add_multiple wagtaildocs:index
        wagtailmedia:index
        wagtailadmin_choose_page wagtail_bulk_action""",
    "teacher_a": """wagtailadmin_home wagtailadmin_account wagtailadmin_pages:edit
        wagtailimages:index""",
}


def starting_points(school, *pages):
    """Addresses that no page names before a script has run."""
    image = make_image(school, "图")
    document = make_document(school, "文")
    make_medium(school, "影")
    yield "/admin/"
    yield reverse("wagtailimages_chooser:select_format", args=[image.pk])
    for name in ("external", "email", "phone", "anchor"):
        yield reverse(f"wagtailadmin_choose_page_{name}_link")
    for model, objects in (
        (("wagtailcore", "page"), pages),
        (("core", "siteimage"), [image]),
        (("core", "sitedocument"), [document]),
    ):
        for action in ("delete", "publish", "unpublish", "add_to_collection"):
            if model[1] == "page" or action in ("delete", "add_to_collection"):
                ids = "&".join(f"id={one.pk}" for one in objects)
                if model[1] == "page" and action == "add_to_collection":
                    continue
                address = reverse("wagtail_bulk_action", args=[*model, action])
                yield f"{address}?{ids}"
    revisions = list(pages[-1].revisions.order_by("pk"))
    yield reverse(
        "wagtailadmin_pages:revisions_compare",
        args=[pages[-1].pk, revisions[0].pk, revisions[-1].pk],
    )


@pytest.mark.parametrize("who", MUST_SEE)
def test_the_admin_is_chinese(client, request, who, lesson_a, course_a, school_a):
    user = request.getfixturevalue(who)
    news = make_news(school_a, "开班了")
    news.go_live_at = timezone.now() + timedelta(days=3)
    news.title = "开班了，请报名"
    news.save_revision(user=user)
    locked = make_news(school_a, "锁着的", live=False)
    locked.locked, locked.locked_by, locked.locked_at = True, user, timezone.now()
    locked.save()
    locked.get_workflow().start(locked, user)
    client.force_login(user)
    found, seen = walk(client, starting_points(school_a, locked, news))
    assert not found
    assert set(MUST_SEE[who].split()) <= seen


def test_a_form_with_errors_is_chinese(client, clerk_a, school_a):
    from courses.models import CourseIndexPage
    from tests.factories import section
    from tests.schools.admin_forms import course_data

    client.force_login(clerk_a)
    parent = section(school_a, CourseIndexPage)
    address = reverse(
        "wagtailadmin_pages:add", args=["courses", "coursepage", parent.pk]
    )
    response = client.post(address, course_data(title="", slug="-"))
    assert response.status_code == 200
    assert "页面没有创建" in response.content.decode()
    assert not english_in(response.content.decode(), CONTENT)


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, "无"), (True, "是"), (False, "否"), (0, 0), ("<b>", "<b>"),
     (datetime(2026, 3, 1, 1, 30, tzinfo=UTC), "2026年3月1日 09:30")],
)  # fmt: skip
def test_values_of_a_comparison_are_words(value, words):
    assert in_words(value) == words


@pytest.mark.parametrize("who", ["clerk_a", "editor", "site_admin"])
def test_the_admin_leads_to_no_other_host(client, request, who, course_a):
    client.force_login(request.getfixturevalue(who))
    for address in ("/admin/", f"/admin/pages/{course_a.pk}/edit/"):
        answer = client.get(address)
        assert answer.status_code == 200
        outside = set(re.findall(r"https?://[\w.-]+", answer.content.decode()))
        assert outside <= {"http://www.w3.org", "http://testserver"}, address
