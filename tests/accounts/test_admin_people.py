"""People and groups in the Wagtail admin."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from accounts.models import User
from accounts.services.people import create_person
from schools.choices import Role
from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db
PEOPLE = "/admin/users/"


@pytest.fixture
def root_client(settings) -> Client:
    settings.STAFF_SECOND_FACTOR = False
    root = User.objects.create_superuser("root", password=PASSWORD)
    client = Client()
    client.force_login(root)
    return client


def test_the_form_has_no_groups_and_no_password(root_client, resident):
    page = root_client.get(f"{PEOPLE}edit/{resident.pk}/")
    assert page.status_code == 200
    form = page.content.decode()
    assert 'name="display_name"' in form
    assert 'name="phone"' in form
    assert 'name="groups"' not in form
    assert 'name="password1"' not in form
    assert 'name="is_superuser"' in form


def test_the_list_masks_numbers_and_finds_people(root_client, resident):
    page = root_client.get(f"{PEOPLE}?q=李阿姨").content.decode()
    assert "138****8000" in page
    assert "13800138000" not in page
    assert f"/admin/users/edit/{resident.pk}/" in page


def test_a_person_is_made_and_changed(root_client):
    answer = root_client.post(
        f"{PEOPLE}new/",
        {
            "display_name": "王老师",
            "phone": "139 0013 9000",
            "email": "",
            "is_active": "on",
        },
    )
    assert answer.status_code == 302
    user = User.objects.get(phone="+8613900139000")
    assert not user.phone_verified
    assert not user.has_usable_password()
    group = Group.objects.create(name="x")
    root_client.post(
        f"{PEOPLE}edit/{user.pk}/",
        {
            "display_name": "王校长",
            "phone": "139 0013 9000",
            "email": "wang@example.com",
            "is_active": "on",
            "groups": [group.pk],
        },
    )
    user.refresh_from_db()
    assert (user.display_name, user.email) == ("王校长", "wang@example.com")
    assert not user.groups.exists()


def test_a_taken_number_is_refused_in_words(root_client, resident):
    answer = root_client.post(
        f"{PEOPLE}new/", {"display_name": "甲", "phone": "13800138000", "email": ""}
    )
    assert answer.status_code == 200
    assert "已经有账号" in answer.content.decode()
    answer = root_client.post(
        f"{PEOPLE}new/", {"display_name": "甲", "phone": "", "email": ""}
    )
    assert "请填一样" in answer.content.decode()


def test_nobody_deletes_a_person_or_hands_out_groups(root_client, resident):
    group = Group.objects.create(name="role:x")
    assert root_client.get(f"{PEOPLE}delete/{resident.pk}/").status_code in (
        302,
        403,
        404,
    )
    root_client.post(f"{PEOPLE}delete/{resident.pk}/")
    root_client.post(f"/admin/bulk/accounts/user/delete/?id={resident.pk}")
    root_client.post(
        f"/admin/bulk/accounts/user/assign_role/?id={resident.pk}", {"role": group.pk}
    )
    assert User.objects.filter(pk=resident.pk).exists()
    assert not resident.groups.exists()
    root_client.post("/admin/groups/new/", {"name": "mine"})
    root_client.post(f"/admin/groups/edit/{group.pk}/", {"name": "mine"})
    assert not Group.objects.filter(name="mine").exists()


@pytest.mark.parametrize(
    "path", ["", "new/", "edit/{pk}/", "../groups/", "../groups/new/", "delete/{pk}/"]
)
def test_no_permission_on_a_group_opens_people_or_groups(
    settings, make_staff, resident, path
):
    settings.STAFF_SECOND_FACTOR = False
    site_admin = make_staff(Role.SITE_ADMIN, "13500135000")
    group = Group.objects.create(name="too much")
    group.permissions.set(
        Permission.objects.filter(content_type__app_label__in=["auth", "accounts"])
    )
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    site_admin.groups.add(group)
    client = Client()
    client.force_login(site_admin)
    url = f"/admin/users/{path.format(pk=resident.pk)}".replace("users/../", "")
    answer = client.get(url)
    assert answer.status_code in (302, 403)
    if answer.status_code == 302:
        assert answer.url == "/admin/"
    before = User.objects.get(pk=site_admin.pk).is_superuser
    client.post(
        f"/admin/users/edit/{site_admin.pk}/",
        {"display_name": "我", "is_superuser": "on", "phone": "13500135000"},
    )
    assert User.objects.get(pk=site_admin.pk).is_superuser is before is False


def test_own_account_cannot_be_switched_off_here(root_client):
    root = User.objects.get(username="root")
    form = root_client.get(f"{PEOPLE}edit/{root.pk}/").content.decode()
    assert 'name="is_active"' not in form
    assert 'name="is_superuser"' not in form


def test_a_person_without_a_number_can_be_made_by_address(root_client):
    root_client.post(
        f"{PEOPLE}new/",
        {
            "display_name": "乙",
            "phone": "",
            "email": "B@example.com",
            "is_active": "on",
        },
    )
    assert User.objects.get(email="b@example.com").phone is None
    with pytest.raises(ValueError, match="name"):
        create_person(display_name="  ")
