"""The street's schools, its people and their roles."""

from datetime import date
from functools import partial
from typing import Any

from accounts.services.people import create_person
from core.models import SiteSettings
from courses.models import Audience, Category
from demo.loader.data import street
from demo.loader.once import once
from schools.models import CommunityProfile, SchoolPage, StaffProfile
from schools.services.membership import appoint
from schools.services.schools import create_school

# Every demo account has this password; the README names it. The demo's data are
# invented, and the development settings serve on this machine alone.
DEMO_PASSWORD = "chenghu-2026"  # noqa: S105
# The number that people here write where an example is asked for.
DEMO_PHONE = "13800138000"
CENTRE = "centre"


def load_site() -> None:
    """Name, organiser and help line of the demo street."""
    once("site", _site)


def _site() -> SiteSettings:
    settings = SiteSettings.load()
    for name, value in street()["site"].items():
        setattr(settings, name, value)
    settings.save()
    return settings


def load_vocabulary() -> None:
    """Categories and audiences."""
    for model, name in ((Category, "categories"), (Audience, "audiences")):
        for order, line in enumerate(street()[name]):
            once(
                f"{name}:{line['slug']}",
                partial(_word, model, {**line, "order": order}),
            )


def _word(model: Any, facts: dict[str, Any]) -> Any:
    word, _new = model.objects.get_or_create(slug=facts["slug"], defaults=facts)
    return word


def load_schools(anchor: date) -> dict[str, SchoolPage]:
    """The centre and the six schools; by the ids of the data."""
    centre = street()["centre"]
    once(
        "school:centre",
        lambda: create_school(
            slug=CENTRE,
            title=centre["name"],
            level="centre",
            address=centre["address"],
            phone=street()["site"]["help_phone"],
            opening_hours=street()["site"]["help_hours"],
            intro="六所社区市民学校的家。这里排课、管老师，也开自己的班。",
        ),
    )
    for line in street()["schools"]:
        once(f"school:{line['id']}", partial(_school, line, anchor))
    slugs = {line["slug"]: line["id"] for line in street()["schools"]}
    slugs[CENTRE] = CENTRE
    return {slugs[one.slug]: one for one in SchoolPage.objects.filter(slug__in=slugs)}


def _school(line: dict[str, Any], anchor: date) -> SchoolPage:
    facts = ("community", "kind", "intro", "address", "transit", "phone")
    school = create_school(
        slug=line["slug"],
        title=line["name"],
        level="school",
        opening_hours=line["opening_hours"],
        **{name: line[name] for name in facts},
    )
    CommunityProfile.objects.create(
        school=school,
        year=anchor.year,
        population=line["population"],
        population_60_plus=line["pop_60plus"],
        population_under_18=line["pop_under18"],
    )
    return school


def load_users(schools: dict[str, SchoolPage], anchor: date) -> None:
    """The demo accounts, one or more for each role."""
    for line in street()["users"]:
        once(f"user:{line['username']}", partial(_user, line, schools, anchor))


def _user(line: dict[str, Any], schools: dict[str, SchoolPage], anchor: date) -> Any:
    role = line["role"]
    user = create_person(
        username=line["username"],
        display_name=line["name"].replace("（示例）", ""),
        password=DEMO_PASSWORD,
        phone=DEMO_PHONE if role == "learner" else "",
        is_proved=True,
        is_superuser=role == "site_admin",
        is_staff=role == "site_admin",
    )
    school = schools[line["school"] or CENTRE]
    if role == "teacher":
        for where in _schools_of_teacher(line["name"], schools):
            appoint(user=user, school=where, role=role, since=anchor)
        StaffProfile.objects.filter(name=line["name"], user=None).update(user=user)
    else:
        appoint(user=user, school=school, role=role, since=anchor)
    return user


def _schools_of_teacher(name: str, schools: dict[str, SchoolPage]) -> list[SchoolPage]:
    ids = {one["id"] for one in street()["teachers"] if one["name"] == name}
    return [
        schools[key]
        for key in sorted(
            {one["school"] for one in street()["courses"] if one["teacher"] in ids}
        )
    ]


def load_staff_profiles(schools: dict[str, SchoolPage]) -> None:
    """The people file: a teacher has a profile at each school where they teach."""
    make = StaffProfile.objects.create
    for line in street()["teachers"]:
        for where in _schools_of_teacher(line["name"], schools) or [schools[CENTRE]]:
            facts = {
                "employment": line["type"],
                "organisation": line["org"],
                "subjects": line["subject"],
                "is_backbone": line["backbone"],
            }
            once(
                f"profile:{line['id']}:{where.slug}",
                partial(make, name=line["name"], school=where, **facts),
            )
    others = [
        (line, "part_time", {"post": line["post"]}) for line in street()["principals"]
    ] + [
        (line, "volunteer", {"subjects": line["skill"]})
        for line in street()["volunteers"]
    ]
    for line, employment, facts in others:
        where = schools.get(line["school"]) or schools[CENTRE]
        once(
            f"profile:{line['id']}",
            partial(
                make, name=line["name"], school=where, employment=employment, **facts
            ),
        )
