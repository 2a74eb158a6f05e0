"""Certificates: earned once, frozen, checked by anybody, revoked and issued anew."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.services.erasure import erase_person
from core.exceptions import AppendOnlyError
from core.models import AuditEntry, SiteSettings
from core.typed_codes import DIGITS, clean_code, hash_code
from learning.certificate_words import masked, span_on_paper
from learning.choices import CertificateState
from learning.exceptions import CertificateRefusedError, NoCertificateError
from learning.models import Certificate
from learning.services.certificates import (
    issue_late,
    reissue_certificate,
    review_certificate,
    revoke_certificate,
)
from tests.factories import make_learner
from tests.learning.certify import graduate
from tests.learning.lessons import make_lesson

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate(course_a, centre_school):
    make_lesson(course_a, title="第一课")
    SiteSettings.objects.update_or_create(defaults={"certificate_prefix": "CH"})
    return graduate(course_a, make_learner("wang", display_name="王桂兰"))


def check(client, code):
    return client.get(reverse("certificate_code", args=[code]))


def test_a_completion_earns_one_certificate_with_all_that_it_says(
    certificate, course_a
):
    facts = certificate.snapshot
    assert certificate.state is CertificateState.VALID
    assert re.fullmatch(r"CH-\d{4}-0001", certificate.serial)
    assert len(certificate.token) == 16
    assert set(certificate.token) <= set(DIGITS)
    assert len(DIGITS) == 32  # 16 × 5 bits = 80
    assert facts["name"] == "王桂兰"
    assert facts["issuer"] == "社区教育中心"
    assert course_a.title in facts["text"]
    assert AuditEntry.objects.filter(action="certificate.issued").count() == 1


def test_hours_at_home_are_those_of_the_lessons_unless_the_course_states_them(course_a):
    from datetime import timedelta

    from django.utils import timezone

    from learning.report import read_report
    from learning.services.enrolment import enrol_learner
    from learning.services.progress import record

    course_a.get_children().delete()
    course_a.refresh_from_db()
    lessons = [make_lesson(course_a, title=f"第 {n} 课", minutes=50) for n in (1, 2)]
    now = timezone.now()

    def learn(name):
        row = enrol_learner(learner=make_learner(name), run=course_a.runs.get())
        for lesson in lessons:
            found = read_report(
                [{"type": "done"}],
                content=lesson.content,
                opened=now - timedelta(hours=1),
                at=now,
            )
            record(enrolment=row, lesson=lesson, report=found, at=now)
        return Certificate.objects.get(enrolment=row).snapshot

    facts = learn("one")
    assert facts["hours"] == "2.2"  # 100 minutes, cut and not rounded
    assert "学完「" in facts["text"]
    assert "全部 2 课，共 2.2 学时" in facts["text"]
    course_a.hours = 6
    course_a.save()
    assert learn("two")["hours"] == "6"


def test_numbers_of_a_year_follow_each_other(course_a):
    serials = [graduate(course_a, make_learner(f"g{n}")).number for n in range(3)]
    assert serials == [1, 2, 3]


def test_a_course_that_gives_none_gives_none(course_a):
    course_a.gives_certificate = False
    course_a.save()
    with pytest.raises(Certificate.DoesNotExist):
        graduate(course_a, make_learner("nobody"))


def test_the_database_keeps_one_live_certificate_for_an_enrolment(certificate):
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.create(enrolment=certificate.enrolment)


def test_a_new_name_or_title_changes_no_sheet_that_was_given_out(
    client, certificate, course_a
):
    """BC-36: renaming oneself does not make a friend's certificate one's own."""
    learner = certificate.enrolment.learner
    learner.display_name = "李四"
    learner.save()
    course_a.title = "新课名"
    course_a.save()
    client.force_login(learner)
    page = client.get(reverse("learning:certificate", args=[certificate.pk]))
    assert "王桂兰" in page.content.decode()
    assert "新课名" not in page.content.decode()
    shown = check(client, certificate.token).content.decode()
    assert "王〇〇" in shown


@pytest.mark.parametrize(
    "name", ["serial", "token", "token_hash", "snapshot", "issued_at"]
)
def test_what_was_issued_is_never_written_again(certificate, name):
    setattr(certificate, name, {} if name == "snapshot" else None)
    with pytest.raises(AppendOnlyError):
        certificate.save()
    with pytest.raises(AppendOnlyError):
        Certificate.objects.filter(pk=certificate.pk).update(serial="X")
    with pytest.raises(AppendOnlyError):
        Certificate.objects.all().delete()


def test_the_check_page_shows_what_a_forger_would_change(client, certificate, course_a):
    """BC-37: title, hours, month, masked name and what it is now; nothing more."""
    shown = check(client, certificate.token).content.decode()
    for words in ("这张证书是真的", course_a.title, "王〇〇", certificate.serial):
        assert words in shown
    assert "王桂兰" not in shown
    assert certificate.enrolment.learner.username not in shown


def test_a_revoked_one_says_so_and_cannot_be_revoked_twice(
    client, certificate, clerk_a
):
    revoke_certificate(certificate=certificate, by=clerk_a, reason="发错了人")
    assert "已撤销" in check(client, certificate.token).content.decode()
    with pytest.raises(NoCertificateError):
        revoke_certificate(certificate=certificate, by=clerk_a, reason="再来一次")
    client.force_login(certificate.enrolment.learner)
    page = client.get(reverse("learning:certificate", args=[certificate.pk]))
    assert "已撤销" in page.content.decode()


def test_issued_anew_the_old_one_says_so_and_the_new_one_has_the_new_name(
    client, certificate, clerk_a
):
    learner = certificate.enrolment.learner
    learner.display_name = "王桂蘭"
    learner.save()
    new = reissue_certificate(certificate=certificate, by=clerk_a, reason="名字写错了")
    again = reissue_certificate(
        certificate=certificate, by=clerk_a, reason="又点了一次"
    )
    assert again == new
    assert new.snapshot["name"] == "王桂蘭"
    assert new.serial != certificate.serial
    assert "已换发" in check(client, certificate.token).content.decode()
    assert "这张证书是真的" in check(client, new.token).content.decode()
    actions = AuditEntry.objects.filter(action__startswith="certificate.")
    assert sorted(actions.values_list("action", flat=True)) == [
        "certificate.issued", "certificate.issued", "certificate.replaced",
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["teacher_a", "clerk_b", "learner", "site_admin"])
def test_only_the_school_s_staff_decide(request, certificate, who):
    """S-PRIV-4: whoever marks does not certify."""
    person = request.getfixturevalue(who)
    for service in (revoke_certificate, reissue_certificate):
        with pytest.raises(CertificateRefusedError):
            service(certificate=certificate, by=person, reason="我要")
    with pytest.raises(CertificateRefusedError):
        review_certificate(certificate=certificate, by=person, issue=True)


def test_nobody_decides_about_their_own(course_a, clerk_a):
    own = graduate(course_a, clerk_a)
    with pytest.raises(CertificateRefusedError):
        reissue_certificate(certificate=own, by=clerk_a, reason="换个名字")


def test_a_reason_is_needed(certificate, clerk_a):
    with pytest.raises(CertificateRefusedError):
        revoke_certificate(certificate=certificate, by=clerk_a, reason=" ")
    certificate.refresh_from_db()
    assert certificate.state is CertificateState.VALID


@pytest.fixture
def waiting(course_a):
    course_a.reviews_certificate = True
    course_a.save()
    return graduate(course_a, make_learner("waits", display_name="张䶮"))


def test_where_somebody_looks_first_it_waits_and_shows_nowhere(client, waiting):
    assert waiting.state is CertificateState.WAITING
    assert waiting.serial is None
    client.force_login(waiting.enrolment.learner)
    url = reverse("learning:certificate", args=[waiting.pk])
    assert client.get(url).status_code == 404


def test_looked_at_it_is_issued_once(waiting, clerk_a):
    row = review_certificate(certificate=waiting, by=clerk_a, issue=True)
    again = review_certificate(certificate=waiting, by=clerk_a, issue=True)
    assert row.serial == again.serial
    assert row.issued_by == clerk_a


def test_refused_it_has_a_reason_and_never_a_number(waiting, clerk_a):
    review_certificate(certificate=waiting, by=clerk_a, issue=False, reason="冒名的")
    waiting.refresh_from_db()
    assert waiting.state is CertificateState.REFUSED
    assert waiting.serial is None
    with pytest.raises(NoCertificateError):
        review_certificate(certificate=waiting, by=clerk_a, issue=True)


def test_the_desk_says_that_one_waits_and_issues_it(client, waiting, clerk_a):
    client.force_login(clerk_a)
    assert "1 张证书等您看过再发" in client.get(reverse("desk:home")).content.decode()
    url = reverse("desk:certificate", args=[waiting.pk])
    assert client.post(url, {"step": "refuse"}).status_code == 422
    assert client.post(url, {"step": "issue"}).status_code == 302
    waiting.refresh_from_db()
    assert waiting.state is CertificateState.VALID
    assert "证书等您" not in client.get(reverse("desk:home")).content.decode()


def test_a_completion_from_before_certificates_gets_one(course_a, clerk_a, client):
    from learning.choices import State
    from learning.services.enrolment import enrol_learner, move

    course_a.gives_certificate = False
    course_a.save()
    run = course_a.runs.get(is_self_paced=True)
    row = enrol_learner(learner=make_learner("early"), run=run)
    move(enrolment=row, to=State.COMPLETED, by=None)
    with pytest.raises(NoCertificateError):
        issue_late(enrolment=row, by=clerk_a)
    course_a.gives_certificate = True
    course_a.save()
    client.force_login(clerk_a)
    url = reverse("desk:certificates", args=[run.pk])
    assert "补发证书" in client.get(url).content.decode()
    assert client.post(url, {"enrolment": row.pk}).status_code == 302
    assert Certificate.objects.valid().filter(enrolment=row).count() == 1


def test_all_that_have_none_get_one_with_one_button(client, course_a, clerk_a):
    from learning.choices import State
    from learning.services.enrolment import enrol_learner, move

    course_a.gives_certificate = False
    course_a.save()
    run = course_a.runs.get(is_self_paced=True)
    for number in range(3):
        row = enrol_learner(learner=make_learner(f"e{number}"), run=run)
        move(enrolment=row, to=State.COMPLETED, by=None)
    course_a.gives_certificate = True
    course_a.save()
    client.force_login(clerk_a)
    url = reverse("desk:certificates", args=[run.pk])
    for _tap in range(2):
        assert client.post(url, {"all": "all"}).status_code == 302
    assert Certificate.objects.valid().count() == 3


# --- The public page -----------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    ["{}", "{} ", "{lower}", "{dashed}", "{dashed_full}"],
)
def test_a_code_is_found_however_it_is_typed(client, certificate, typed):
    code = certificate.token
    dashed = certificate.code_words
    text = typed.format(
        code, lower=code.lower(), dashed=dashed, dashed_full=dashed.replace("-", "－")
    )
    response = client.get(reverse("check"), {"k": text})
    assert response.status_code == 200
    assert "这张证书是真的" in response.content.decode()


def test_letters_that_look_like_digits_are_taken_for_them():
    assert clean_code("oO-iI lL") == "001111"


@pytest.mark.parametrize("code", ["0" * 16, "ABC", "../admin", "王", "A" * 500])
def test_a_wrong_code_says_the_same_whatever_it_is(client, certificate, code):
    response = client.get(reverse("check"), {"k": code})
    assert response.status_code == 404
    assert "没查到这张证书" in response.content.decode()


def test_codes_cannot_be_tried_one_after_the_other(client, certificate):
    statuses = [check(client, f"{number:016d}").status_code for number in range(31)]
    assert statuses[:30] == [404] * 30
    assert statuses[30] == 429
    # A right one is answered no better by then.
    assert check(client, certificate.token).status_code == 429


def test_the_form_alone_is_not_counted(client, certificate):
    for _visit in range(40):
        assert client.get(reverse("check")).status_code == 200


def test_the_check_page_is_kept_by_nobody(client, certificate):
    response = check(client, certificate.token)
    assert "no-store" in response["Cache-Control"]
    assert 'content="noindex"' in response.content.decode()


def test_one_query_finds_a_code(client, certificate, django_assert_max_num_queries):
    check(client, certificate.token)
    with django_assert_max_num_queries(4):
        check(client, certificate.token)


# --- Whose it is ---------------------------------------------------------------------


def test_another_s_certificate_is_no_certificate(client, certificate, learner):
    """S-IDOR-1, S-IDOR-2: the same answer for what is another's and what is not."""
    client.force_login(learner)
    for name in ("learning:certificate", "learning:certificate_file"):
        real = client.get(reverse(name, args=[certificate.pk]))
        unreal = client.get(reverse(name, args=[certificate.pk + 1000]))
        assert real.status_code == unreal.status_code == 404
    client.logout()
    real = client.get(reverse("learning:certificate", args=[certificate.pk]))
    unreal = client.get(reverse("learning:certificate", args=[certificate.pk + 1000]))
    assert (real.status_code, unreal.status_code) == (302, 302)


def test_my_learning_leads_to_it(client, certificate):
    client.force_login(certificate.enrolment.learner)
    page = client.get(reverse("learning:home")).content.decode()
    assert reverse("learning:certificate", args=[certificate.pk]) in page


def test_after_an_erasure_number_and_hash_are_left(client, certificate):
    """P-5: the sheet in somebody's hands can still be told from a forged one."""
    token, number, digest = (
        certificate.token,
        certificate.serial,
        certificate.snapshot_hash,
    )
    erase_person(user=certificate.enrolment.learner)
    left = Certificate.objects.get(pk=certificate.pk)
    assert (left.serial, left.snapshot_hash) == (number, digest)
    assert left.token_hash == hash_code(token)
    assert left.snapshot == {}
    assert left.token == ""
    shown = check(client, token).content.decode()
    assert "这张证书是真的" in shown
    assert number in shown
    assert "王" not in shown


# --- Words ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("王桂兰", "王〇〇"), ("王", "王〇"), ("王兰", "王〇"), ("欧阳䶮明", "欧〇〇"),
        ("王·阿依古丽", "王〇〇"), ("𠮷野", "𠮷〇"), ("", ""),
    ],
)  # fmt: skip
def test_a_masked_name_is_its_first_character(name, expected):
    assert masked(name) == expected


def test_a_span_says_the_year_once():
    from datetime import date

    first, last = date(2026, 9, 24), date(2026, 11, 26)
    assert span_on_paper(first, last) == "2026 年 9 月 24 日至 11 月 26 日"
    assert span_on_paper(last, last) == "2026 年 11 月 26 日"
    assert span_on_paper(date(2025, 12, 30), date(2026, 1, 2)) == (
        "2025 年 12 月 30 日至 2026 年 1 月 2 日"
    )
