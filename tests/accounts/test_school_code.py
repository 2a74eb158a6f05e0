"""A code from the school's counter lets one resident in, once, for a quarter of an hour."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.adapter import AccountAdapter
from accounts.choices import ConsentKind
from accounts.exceptions import CodeNotGivenError
from accounts.models import SignInCode, User
from accounts.services.consent import give_consent
from accounts.services.on_paper import register_on_paper
from accounts.services.sign_in_codes import (
    LIFETIME,
    forget_codes,
    give_sign_in_code,
    redeem_sign_in_code,
)
from core.models import AuditEntry
from core.typed_codes import in_fours
from tests.factories import make_learner, make_person
from tests.learning.test_race import at_once

URL = "accounts:school_code"


@pytest.fixture
def resident(db):
    return make_learner("no-phone", display_name="赵秀英")


def type_in(client, code):
    return client.post(reverse(URL), {"code": code})


def who(client):
    return client.get(reverse("learning:home")).wsgi_request.user


@pytest.mark.django_db
@pytest.mark.parametrize("written", ["{}", "{lower}", "{dashed}", " {dashed} "])
def test_the_resident_is_in_however_the_code_is_typed(
    client, resident, clerk_a, written
):
    code = give_sign_in_code(person=resident, by=clerk_a)
    text = written.format(code, lower=code.lower(), dashed=in_fours(code))
    response = type_in(client, text)
    assert response.status_code == 302
    assert who(client) == resident


@pytest.mark.django_db
def test_the_session_is_listed_like_any_other(client, resident, clerk_a):
    type_in(client, give_sign_in_code(person=resident, by=clerk_a))
    client.get(reverse("learning:home"))
    assert resident.usersession_set.count() == 1
    resident.refresh_from_db()
    assert resident.last_login is not None


@pytest.mark.django_db
def test_once_and_never_again(client, resident, clerk_a):
    code = give_sign_in_code(person=resident, by=clerk_a)
    type_in(client, code)
    client.logout()
    response = type_in(client, code)
    assert response.status_code == 422
    assert "再给一个" in response.content.decode()
    assert not who(client).is_authenticated


@pytest.mark.django_db
def test_wrong_used_and_old_codes_get_one_answer(client, resident, clerk_a):
    old = give_sign_in_code(
        person=resident, by=clerk_a, at=timezone.now() - LIFETIME - timedelta(seconds=1)
    )
    answers = {type_in(client, code).content for code in (old, "00000000", "ZZZZ")}
    words = {"不对，或者用过、过期了" in one.decode() for one in answers}
    assert words == {True}


@pytest.mark.django_db
def test_the_next_code_ends_the_one_before(resident, clerk_a):
    first = give_sign_in_code(person=resident, by=clerk_a)
    second = give_sign_in_code(person=resident, by=clerk_a)
    assert redeem_sign_in_code(typed=first) is None
    assert redeem_sign_in_code(typed=second) == resident


@pytest.mark.django_db
def test_the_database_holds_no_code_and_one_open_one(resident, clerk_a):
    code = give_sign_in_code(person=resident, by=clerk_a)
    row = SignInCode.objects.get()
    assert code not in str(vars(row))
    with pytest.raises(IntegrityError), transaction.atomic():
        SignInCode.objects.create(user=resident, digest="x", expires_at=timezone.now())


@pytest.mark.django_db
def test_no_clerk_becomes_a_colleague(clerk_a, principal_a, teacher_a, resident):
    for person in (principal_a, teacher_a, clerk_a):
        with pytest.raises(CodeNotGivenError):
            give_sign_in_code(person=person, by=clerk_a)
    Authenticator.objects.create(user=resident, type="totp", data={})
    with pytest.raises(CodeNotGivenError):
        give_sign_in_code(person=resident, by=clerk_a)
    assert not SignInCode.objects.exists()


@pytest.mark.django_db
def test_a_role_that_came_meanwhile_shuts_the_door(resident, clerk_a, school_a):
    from datetime import date

    from schools.choices import Role
    from schools.services.membership import appoint

    code = give_sign_in_code(person=resident, by=clerk_a)
    appoint(user=resident, school=school_a, role=Role.CLERK, since=date(2026, 1, 1))
    assert redeem_sign_in_code(typed=code) is None


@pytest.mark.django_db
def test_tries_are_counted(client, resident, clerk_a):
    code = give_sign_in_code(person=resident, by=clerk_a)
    statuses = [type_in(client, f"{number:08d}").status_code for number in range(11)]
    assert statuses == [422] * 10 + [429]
    assert type_in(client, code).status_code == 429


@pytest.mark.django_db
def test_who_gave_it_and_who_used_it_is_written_down(client, resident, clerk_a):
    type_in(client, give_sign_in_code(person=resident, by=clerk_a))
    given = AuditEntry.objects.get(action="sign_in_code.given")
    used = AuditEntry.objects.get(action="sign_in_code.used")
    assert (given.actor, given.subject_id) == (clerk_a, str(resident.pk))
    assert used.actor == resident


@pytest.mark.django_db
def test_another_s_session_does_not_go_on(client, resident, clerk_a):
    client.force_login(make_person("before"))
    client.session["kept"] = "of the one before"
    type_in(client, give_sign_in_code(person=resident, by=clerk_a))
    assert who(client) == resident
    assert "kept" not in client.session


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_two_who_type_the_same_code_at_once_are_one(resident, clerk_a):
    code = give_sign_in_code(person=resident, by=clerk_a)
    outcomes = at_once(lambda _n: redeem_sign_in_code(typed=code), 6)
    assert not [one for one in outcomes if isinstance(one, Exception)], outcomes
    assert [one for one in outcomes if one is not None] == [resident]


@pytest.mark.django_db
def test_the_counter_shows_it_once(client, resident, clerk_a):
    from learning.counter import reference_of

    client.force_login(clerk_a)
    reference = reference_of(clerk_a, resident)
    page = client.post(reverse("desk:counter_code", args=[reference]))
    shown = page.content.decode()
    assert "no-store" in page["Cache-Control"]
    row = SignInCode.objects.get(user=resident)
    assert row.issued_by == clerk_a
    import re

    code = re.search(r'class="slip-code">([0-9A-Z]{4}-[0-9A-Z]{4})<', shown).group(1)
    client.logout()
    assert type_in(client, code).status_code == 302


# --- What a session of such a code may ------------------------------------------------


@pytest.fixture
def inside(client, resident, clerk_a):
    type_in(client, give_sign_in_code(person=resident, by=clerk_a))
    return client


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    [
        "account_set_password",
        "account_change_password",
        "account_email",
        "account_change_phone",
        "accounts:new_copy",
        "accounts:confirm_delete",
        "mfa_activate_totp",
    ],
)
def test_the_code_is_no_lasting_key_to_the_account(inside, name):
    """Whoever has seen the slip must not set a password with it."""
    for method in (inside.get, inside.post):
        response = method(reverse(name))
        assert response.status_code == 403, name
        assert "学校给的登录码" in response.content.decode()


@pytest.mark.django_db
def test_learning_and_enrolling_go_on_as_ever(inside, course_a):
    for name in (
        "learning:home",
        "learning:record",
        "accounts:home",
        "learning:family",
    ):
        assert inside.get(reverse(name)).status_code == 200


@pytest.mark.django_db
def test_another_way_in_opens_them_again(inside, resident):
    inside.logout()
    inside.force_login(resident)
    assert inside.get(reverse("account_email")).status_code != 403


@pytest.mark.django_db
@pytest.mark.parametrize(("ticked", "ends"), [("on", True), ("", False)])
def test_on_the_school_s_computer_it_ends_with_the_browser(
    client, resident, clerk_a, ticked, ends
):
    page = client.get(reverse(URL)).content.decode()
    assert "checked" in page
    code = give_sign_in_code(person=resident, by=clerk_a)
    client.post(reverse(URL), {"code": code, "shared_computer": ticked})
    assert client.session.get_expire_at_browser_close() is ends


@pytest.mark.django_db
def test_no_code_for_a_sign_up_that_nobody_has_proved(clerk_a):
    stranger = make_learner("stranger", phone="+8613900001111")
    give_consent(user=stranger, kind=ConsentKind.ACCOUNT, by=stranger)
    with pytest.raises(CodeNotGivenError):
        give_sign_in_code(person=stranger, by=clerk_a)


@pytest.mark.django_db
def test_an_account_made_at_the_counter_waits_for_nothing(clerk_a):
    """It is not forgotten after a day, and its number signs in by text message."""
    number = "+8613900002222"
    person = register_on_paper(display_name="赵秀英", phone=number, by=clerk_a)
    assert not User.objects.unproved().filter(pk=person.pk).exists()
    assert AccountAdapter().get_user_by_phone(number) == person
    assert give_sign_in_code(person=person, by=clerk_a)


@pytest.mark.django_db
def test_old_codes_are_forgotten(resident, clerk_a):
    give_sign_in_code(person=resident, by=clerk_a)
    assert forget_codes(timezone.now() + timedelta(days=29)) == 0
    assert forget_codes(timezone.now() + timedelta(days=31)) == 1
