"""What must hold before a story leaves the house."""

from typing import Any

from django.utils.translation import gettext as _

from news.prechecks import check_story


def problems_before_sending(page: Any) -> list[str]:
    """Why a story may not be sent to an outlet; empty where it may.

    What stops a story stops it here too; a close portrait stops it only here (PUB-08).
    """
    problems = []
    if not page.live:
        problems.append(_("稿子还没有通过审核、发布出来，不能送媒体。"))
    problems += [one.sentence for one in check_story(page) if one.stops]
    photos = [block.value for block in page.body if block.block_type == "photo"]
    for number, photo in enumerate(photos, start=1):
        if not photo.may_leave and not photo.get("shows_minors"):
            sentence = _(
                "第 %(number)s 张是看得清是谁的近照，还没有勾「同意登出来」，不能送媒体。"
            )
            problems.append(sentence % {"number": number})
    return problems
