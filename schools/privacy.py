"""What schools keep of people who work or learn there: the map of `core.privacy`."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

from core.privacy import (
    Basis,
    Erasure,
    Mention,
    PersonalModel,
    Why,
    declare,
    on_erasure,
)
from schools.models import StaffProfile

_WORK = Why(
    purpose=_("知道谁在哪所学校做什么"),
    basis=Basis.DUTY,
    kept=_("任职的记录一直留着；注销以后没有姓名"),
    seen_by=_("学校的校长和社教专干、社区教育中心"),
)
_FILE = Why(
    purpose=_("课程页上写明谁教课，学校管好师资"),
    basis=Basis.DUTY,
    kept=_("到离开以后注销"),
    seen_by=_("姓名和教什么所有人看得到；其他只有学校和社区教育中心"),
)


def declare_all() -> None:
    """Called once, when the app is ready."""
    declare(
        PersonalModel(
            model="schools.Membership",
            title=_("您在学校的身份"),
            person="user",
            why=_WORK,
            fields={
                "school": _("学校"),
                "role": _("岗位"),
                "since": _("从哪天起"),
                "until": _("到哪天"),
                "appointed_by": _("谁任命的"),
                "created_at": _("记下的时间"),
            },
            erasure=Erasure.KEEP,
            stays=_("某所学校某段时间有过一个人，没有姓名。"),
        ),
        PersonalModel(
            model="schools.StaffProfile",
            title=_("师资档案"),
            person="user",
            why=_FILE,
            fields={
                "name": _("姓名"),
                "school": _("学校"),
                "employment": _("聘用"),
                "post": _("职务"),
                "organisation": _("工作单位"),
                "subjects": _("教什么"),
                "is_backbone": _("骨干教师"),
                "is_active": _("在用"),
            },
            erasure=Erasure.KEEP,  # emptied by `empty_profiles`, which also re-indexes
            stays=_("学校师资的人数，没有姓名和单位。"),
        ),
        Mention("schools.Membership", _("您任命过的岗位"), ("appointed_by",)),
        shown=30,
    )
    on_erasure("staff profiles", empty_profiles)


def empty_profiles(user: Any, at: datetime) -> None:
    """Take the name out of the people file, and out of the search index.

    The search index holds a teacher's name with each course; what points to a profile
    stands in an app above, so it is found by the database's own relations.
    """
    for profile in StaffProfile.objects.filter(user=user):
        profile.name = _gettext("已离开的老师")
        profile.post = profile.organisation = profile.subjects = ""
        profile.is_active = False
        profile.user = None
        profile.save()
        for relation in profile._meta.related_objects:
            name = relation.get_accessor_name()
            if name and index.class_is_indexed(relation.related_model):
                for found in getattr(profile, name).all():
                    index.insert_or_update_object(found)
