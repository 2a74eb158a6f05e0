"""Making a school: the one way, for the admin's form, commands and the demo."""

from typing import Any

from django.db import transaction

from schools.models import SchoolIndexPage, SchoolPage
from schools.services.provisioning import provision_centre, provision_school


@transaction.atomic
def create_school(*, slug: str, title: str, **facts: Any) -> SchoolPage:
    """Make a school with its sections, collection, groups and permissions.

    Asking again with the slug of a school that exists returns that one, provisioned.
    """
    index = SchoolIndexPage.objects.get()
    school = SchoolPage.objects.child_of(index).filter(slug=slug).first()
    if school is None:
        school = SchoolPage(slug=slug, title=title, **facts)
        index.add_child(instance=school)
        school.save_revision().publish()
        school.refresh_from_db()
    provision_centre()
    provision_school(school=school)
    return school
