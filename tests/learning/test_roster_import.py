"""`/desk/runs/…/import/`: looked at first, enrolled once, nothing silently dropped."""

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Consent
from core.models import AuditEntry
from learning.choices import Source, State
from learning.models import Enrolment
from learning.services.enrolment import enrol_learner
from tests.courses.classes import make_class
from tests.factories import make_learner

pytestmark = pytest.mark.django_db
LIST = "姓名,手机号\n王建国,13800138000\n李喆,13800138001\n陈晨,1.39E+10"
User = get_user_model()


def upload(client, run, text=LIST):
    file = SimpleUploadedFile("名单.csv", text.encode("gb18030"))
    return client.post(reverse("desk:import", args=[run.pk]), {"file": file})


def confirmed(client, run, page, **extra):
    form = page.context["form"]
    said = {
        "rows": form["rows"].value(), "key": form["key"].value(), "has_consent": "on",
    }  # fmt: skip
    return client.post(reverse("desk:import", args=[run.pk]), said | extra)


def test_a_list_is_looked_at_then_enrolled_once(client, clerk_a, course_a):
    run = make_class(course_a, capacity=5)
    client.force_login(clerk_a)
    page = upload(client, run)
    words = page.content.decode()
    assert page.status_code == 200
    assert "2 个人可以报名" in words
    assert "1 行用不了" in words
    assert "13800138000" not in words.partition("<form class")[0]
    assert not User.objects.filter(phone="+8613800138000").exists()
    for _twice in range(2):
        answer = confirmed(client, run, page)
        assert "新报上名" in answer.content.decode()
        assert [one["name"] for one in answer.context["new"]] == ["王建国", "李喆"]
    rows = Enrolment.objects.filter(run=run, state=State.CONFIRMED)
    assert {row.source for row in rows} == {Source.IMPORT}
    assert {row.by for row in rows} == {clerk_a}
    assert rows.count() == 2
    run.refresh_from_db()
    assert run.seats_taken == 2
    consents = Consent.objects.filter(user__in=rows.values("learner"))
    assert {one.channel for one in consents} == {"paper"}
    assert AuditEntry.objects.filter(action="roster.imported").count() == 1
    # The same file another day changes nothing.
    again = confirmed(client, run, upload(client, run))
    assert len(again.context["there"]) == 2
    assert rows.count() == 2


def test_who_is_not_let_in_is_named_with_the_reason_and_leaves_no_account(
    client, clerk_a, course_a
):
    run = make_class(course_a, capacity=1)
    make_learner("known", display_name="别的人", phone="+8613800138001")
    client.force_login(clerk_a)
    text = "姓名,手机号\n王建国,13800138000\n李喆,13800138001\n赵明,13900000008"
    answer = confirmed(client, run, upload(client, run, text))
    why = {one["name"]: one["why"] for one in answer.context["refused"]}
    assert "另一个名字" in why["李喆"]
    assert "满了" in why["赵明"]
    assert "别的人" not in answer.content.decode()
    assert not User.objects.filter(phone="+8613900000008").exists()


def test_nothing_is_written_without_consent_or_from_a_list_of_another_class(
    client, clerk_a, course_a
):
    run, other = make_class(course_a), make_class(course_a)
    client.force_login(clerk_a)
    page = upload(client, run)
    lacking = confirmed(client, run, page, has_consent="")
    assert lacking.status_code == 422
    assert "签字同意" in lacking.content.decode()
    stolen = confirmed(client, other, page)
    assert stolen.status_code == 422
    assert "请再传一次文件" in stolen.content.decode()
    assert not Enrolment.objects.filter(source=Source.IMPORT).exists()


def test_somebody_with_an_account_keeps_it(client, clerk_a, course_a):
    run = make_class(course_a)
    known = make_learner("known", display_name="王 建国", phone="+8613800138000")
    client.force_login(clerk_a)
    page = upload(client, run, "姓名,手机号\n王建国,13800138000")
    assert len(confirmed(client, run, page).context["new"]) == 1
    assert enrol_learner(learner=known, run=run).source == Source.IMPORT
