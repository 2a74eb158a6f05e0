"""Closed lists of the schools app. Role names: design §4."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    CENTRE = "centre", _("街道社区教育中心")
    SCHOOL = "school", _("社区市民学校")


class Kind(models.TextChoices):
    URBAN = "urban", _("城市社区")
    RURAL = "rural", _("农村社区")


class Role(models.TextChoices):
    LEARNER = "learner", _("居民")
    GUARDIAN = "guardian", _("家长")
    TEACHER = "teacher", _("教师")
    CLERK = "clerk", _("社教专干")
    PRINCIPAL = "principal", _("校长")
    EDITOR = "editor", _("编辑")
    DIRECTOR = "director", _("中心主任")
    LEADER = "leader", _("街道分管领导")
    ARCHIVIST = "archivist", _("档案员")
    SUPERVISOR = "supervisor", _("督导员")
    SITE_ADMIN = "site_admin", _("系统管理员")


SCHOOL_STAFF_ROLES = (Role.TEACHER, Role.CLERK, Role.PRINCIPAL)
# Held at the centre; they concern every school.
CENTRE_ROLES = (
    Role.EDITOR,
    Role.DIRECTOR,
    Role.LEADER,
    Role.ARCHIVIST,
    Role.SUPERVISOR,
    Role.SITE_ADMIN,
)
STAFF_ROLES = (*SCHOOL_STAFF_ROLES, *CENTRE_ROLES)


class Employment(models.TextChoices):
    FULL_TIME = "full_time", _("专职")
    PART_TIME = "part_time", _("兼职")
    VOLUNTEER = "volunteer", _("志愿者")
