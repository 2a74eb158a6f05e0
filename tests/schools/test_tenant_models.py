"""Every row about people leads to one school, and lists go by `visible_to`."""

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models

from learning.models import Enrolment
from learning.services.enrolment import enrol_learner
from schools.choices import Role
from schools.models import (
    Membership,
    SchoolPage,
    StaffProfile,
    TenantModel,
    TenantQuerySet,
)
from tests.factories import make_learner, make_person

OWN_APPS = (
    "core", "accounts", "schools", "attendance", "courses", "learning", "activities",
    "news", "archives", "supervision", "home", "health",
)  # fmt: skip
# Models with a person that belong to no school, each with its reason.
GLOBAL_MODELS = {
    "accounts.Consent": "what a person agreed to is theirs, wherever they learn",
    "accounts.DataCopy": "a copy that a person made of what is known of them",
    "accounts.ErasureRequest": "a person's own wish, wherever they learn",
    "accounts.FamilyLink": "an agreement of two people, wherever either learns",
    "accounts.ResidentCard": "says who somebody is, at every school of the street",
    "accounts.SignInCode": "opens a person's own account, whichever school gave it",
    "accounts.WebSession": "a person's own sign-in, at whatever school they learn",
    "schools.ReviewState": "hangs on a page, and the tree is its school; as Wagtail's",
    "core.AuditEntry": "the log of the whole site; it names the school as a fact",
    "core.IdempotencyKey": "a key of a person's own request",
    "core.OutboxMessage": "a message to one person",
    "core.SiteImage": "files belong to collections: see schools.SchoolCollection",
    "core.SiteDocument": "files belong to collections",
    "core.MediaFile": "files belong to collections",
    "core.Upload": "one person's file on its way into a collection",
}


def own_models():
    return [m for m in apps.get_models() if m._meta.app_label in OWN_APPS]


def tenant_models():
    return [model for model in own_models() if issubclass(model, TenantModel)]


@pytest.mark.parametrize("model", tenant_models(), ids=lambda m: m._meta.label)
def test_every_step_to_the_school_is_a_key_that_is_never_empty(model):
    current = model
    for step in model.tenant_path.split("__"):
        field = current._meta.get_field(step)
        assert isinstance(field, models.ForeignKey), (model, step)
        assert not field.null, f"{model._meta.label}: {step} may be empty"
        current = field.related_model
    assert current is SchoolPage
    assert isinstance(model._default_manager.none(), TenantQuerySet)


def test_every_model_about_a_person_has_a_school_or_a_reason():
    person = get_user_model()
    without = set()
    for model in own_models():
        if issubclass(model, TenantModel) or "page_ptr" in {
            field.name for field in model._meta.fields
        }:
            continue
        relations = [*model._meta.fields, *model._meta.many_to_many]
        if any(field.related_model is person for field in relations):
            without.add(model._meta.label)
    without.discard(person._meta.label)
    assert without - set(GLOBAL_MODELS) == set()
    known = {model._meta.label for model in own_models()}
    assert set(GLOBAL_MODELS) - known == set()


def test_models_below_a_tenant_are_tenants_themselves():
    """A child table that forgot its path would have no `visible_to`."""
    for model in own_models():
        if issubclass(model, TenantModel):
            continue
        for field in model._meta.fields:
            parent = field.related_model
            is_tenant = isinstance(parent, type) and issubclass(parent, TenantModel)
            assert not is_tenant, f"{model._meta.label}.{field.name}"


@pytest.mark.django_db
def test_lists_show_the_own_school_to_its_clerk_and_all_to_the_director(
    course_a, course_b, clerk_a, director, editor, site_admin, learner
):
    other = make_learner("other")
    mine = enrol_learner(learner=learner, run=course_a.runs.get())
    theirs = enrol_learner(learner=other, run=course_b.runs.get())
    assert set(Enrolment.objects.visible_to(clerk_a)) == {mine}
    assert set(Enrolment.objects.visible_to(director)) == {mine, theirs}
    for nobody in (editor, site_admin, make_person("stranger")):
        assert not Enrolment.objects.visible_to(nobody).exists()
    assert set(Enrolment.objects.visible_to(learner)) <= {mine}
    schools = set(
        StaffProfile.objects.visible_to(clerk_a).values_list("school", flat=True)
    )
    assert schools == {course_a.school.pk}
    held = Membership.objects.visible_to(clerk_a).values_list("role", flat=True)
    assert Role.CLERK in held
