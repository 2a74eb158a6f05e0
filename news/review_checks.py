"""What each reviewer of a story ticks (REV-03)."""

from django.utils.translation import gettext_lazy as _

STORY_CHECKS = {
    "facts": _("时间、地点、人名、数字核对过"),
    "words": _("错字、病句、标点看过"),
    "politics": _("称呼、排名、提法合规定"),
    "privacy": _("没有不该公开的：证件号、住址、病情、内部文件"),
    "photos": _("照片说明对得上，拍到的人同意登"),
}
