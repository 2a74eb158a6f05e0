"""S-IDOR: what is another's looks like what does not exist, and no key is a secret.

Everything of school B for the staff of A: tests/schools/test_isolation.py. Certificates:
tests/learning/test_certificates.py.
"""

import math
import re

import pytest
from django.urls import reverse
from wagtail.models import Page

from accounts.models import ResidentCard
from core.typed_codes import DIGITS
from tests.factories import make_text_lesson
from tests.schools.foreign import make_foreign
from tests.security.reading import body_of
from tests.site.matrix import MATRIX
from tests.site.test_access import routes
from tests.site.world import sign_in

pytestmark = pytest.mark.django_db
# Changes with every answer, or repeats what was asked.
CHANGES = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]*"|name="next" value="[^"]*"|\?next=[^"]*'
)
NOBODYS = {
    "work": "00000000-0000-4000-8000-000000000000",
    "copy": "00000000-0000-4000-8000-000000000000",
    "block": "00000000-0000-4000-8000-000000000000",
    "work_block": "00000000-0000-4000-8000-000000000000",
    "photo": "00000000-0000-4000-8000-000000000000",
}  # fmt: skip
# Not keys of a row: what they name is looked for in another way.
NAMES = {"slot", "form", "step", "level", "part", "code", "card", "token", "group_token",
         "draft_token", "reference"}  # fmt: skip


def said(response):
    text = body_of(response).decode("utf-8", "replace")
    return CHANGES.sub("", text)


@pytest.mark.parametrize("role", ["learner", "clerk_b"])
def test_anothers_looks_like_none(client, request, world, role):
    """S-IDOR-1: for each route with a key, the same status and the same page."""
    sign_in(client, request, world, role)
    wrong, asked = [], 0
    for row in MATRIX:
        if row.method != "get" or row.statuses[role] != 404:
            continue
        keys = [world[name] for name in row.args]
        none = [
            key if name in NAMES else NOBODYS.get(name, 987654)
            for name, key in zip(row.args, keys, strict=True)
        ]
        theirs = client.get(reverse(row.name, args=keys))
        nothing = client.get(reverse(row.name, args=none))
        asked += 1
        if theirs.status_code != nothing.status_code or said(theirs) != said(nothing):
            wrong.append((row.name, theirs.status_code, nothing.status_code))
    assert not wrong
    assert asked > 8


def test_a_part_of_another_is_no_part_of_mine(client, world, teacher_a, course_b):
    """S-IDOR-1: the class in the address is own, what hangs on it is another's."""
    lesson = make_text_lesson(course_b, "乙校第一课")
    client.force_login(teacher_a)
    theirs = course_b.runs.get(is_self_paced=True).pk
    for name, args in (
        ("desk:stuck_lesson", (world["run"], lesson.pk)),
        ("desk:extra_time", (theirs, world["enrolment"])),
        ("desk:extra_time", (world["class"], world["enrolment"])),
        ("desk:move_day", (world["run"], world["day"])),
        ("desk:cancel_day", (world["run"], world["day"])),
        ("desk:regrade", (world["run"], lesson.pk, world["block"])),
    ):
        assert client.get(reverse(name, args=args)).status_code == 404, name


def test_before_signing_in_nothing_tells_what_there_is(client, world):
    """S-IDOR-2: the same answer for real and unreal keys of everything about people."""
    wrong = []
    for row in MATRIX:
        is_of_people = row.name.startswith(("learning:", "desk:", "accounts:"))
        if not is_of_people or not row.args or row.method != "get":
            continue
        if row.statuses["visitor"] != 302:
            continue
        keys = [world[name] for name in row.args]
        none = [
            key if name in NAMES else NOBODYS.get(name, 987654)
            for name, key in zip(row.args, keys, strict=True)
        ]
        answers = [client.get(reverse(row.name, args=one)) for one in (keys, none)]
        facts = {(one.status_code, one.content) for one in answers}
        ways = {one.url.partition("?")[0] for one in answers}
        if len(facts) != 1 or len(ways) != 1:
            wrong.append(row.name)
    assert not wrong


def test_what_can_be_seen_opens_nothing(client, world):
    """S-IDOR-3: keys of people, enrolments and pages are no tokens."""
    seen = [world[name] for name in ("resident", "enrolment", "membership", "lesson", "run",
                                     "draft_link", "session", "sitting", "work")]  # fmt: skip
    for key in map(str, seen):
        for address in (f"/drafts/{key}/", f"/k/{key}/", f"/z/{key}/",
                        f"/checkin/{key}/", f"/learn/groups/{key}/"):  # fmt: skip
            answer = client.get(address)
            assert "enrolled" not in answer.content.decode(), address
    paths = [path for path, _view in routes()]
    # A calendar to subscribe to would need a token of its own; there is none.
    assert not [path for path in paths if "unsubscribe" in path or "webcal" in path]
    feeds = [path for path in paths if "feed" in path]
    assert {one.partition("<")[2] for one in feeds} <= {
        "",
        "slug:school>.rss",
        "slug:school>.atom",
    }


def test_a_token_stands_on_no_page_but_its_own(client, request, world):
    """S-IDOR-3: of at least 128 bits, and in no other answer of the site."""
    card, draft = world["card"], world["draft_token"]
    assert card.isalnum()
    assert len(card) * math.log2(len(DIGITS)) >= 128
    signature = draft.rpartition(":")[2]
    assert len(signature) * math.log2(64) >= 128, "HMAC in base64"
    assert not ResidentCard.objects.filter(token_hash=card).exists(), "kept as a hash"
    own = {
        "card",
        "courses:draft",
        "learning:draft_media",
        "desk:phone",
        "desk:revoke_preview",
    }
    for role in ("enrolled", "director"):
        sign_in(client, request, world, role)
        for row in MATRIX:
            if row.method != "get" or row.name in own:
                continue
            response = client.get(reverse(row.name, args=[world[x] for x in row.args]))
            text = body_of(response).decode("utf-8", "replace") + str(response.headers)
            assert card not in text, row.name
            assert draft not in text, row.name


def test_a_list_with_one_that_is_anothers_is_refused_whole(
    client, teacher_a, clerk_a, course_a, lesson_a, school_a
):
    """S-IDOR-4: the own ones in it stay as they are."""
    foreign = make_foreign()
    theirs = foreign.pages["lesson"].pk
    before = list(Page.objects.order_by("path").values_list("pk", "path", "live"))
    for user in (teacher_a, clerk_a):
        client.force_login(user)
        for action in ("delete", "publish", "unpublish", "move"):
            for ids in ((lesson_a.pk, theirs), (theirs, lesson_a.pk)):
                query = "&".join(f"id={one}" for one in ids)
                answer = client.post(f"/admin/bulk/wagtailcore/page/{action}/?{query}")
                assert answer.status_code in (403, 404), (action, ids)
    after = list(Page.objects.order_by("path").values_list("pk", "path", "live"))
    assert after == before


def test_lists_at_the_desk_take_no_mixture(client, world, clerk_b, clerk_a):
    """S-IDOR-4: a list of certificates, of places and of seats."""
    client.force_login(clerk_a)
    address = reverse("desk:certificates", args=[world["past"]])
    mixed = {"enrolment": [world["enrolment"], "987654"]}
    assert client.post(address, mixed).status_code == 404
    group = reverse("desk:group_seat", args=[world["sitting"]])
    answer = client.post(group, {"who": ["forged", str(world["resident"])]})
    assert answer.status_code in (302, 400, 403, 404)
    from learning.models import GroupSitting

    assert GroupSitting.objects.get(pk=world["sitting"]).seats.count() == 1
