"""What this app and Wagtail keep of people: the map of `core.privacy`."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from core.models import AuditEntry, OutboxMessage, Upload
from core.privacy import (
    Basis,
    Datum,
    Erasure,
    Mention,
    PersonalModel,
    Why,
    declare,
    on_erasure,
    on_forgetting,
)
from core.services.uploads import drop_upload

AUDIT_KEPT = timedelta(days=3 * 365 + 1)
OUTBOX_KEPT = timedelta(days=183)

_AUDIT = Why(
    purpose=_("出了问题查得清是谁做的"),
    basis=Basis.LAW,
    kept=_("三年"),
    seen_by=_("查问题的管理员"),
)
_MESSAGES = Why(
    purpose=_("告诉您要紧的事，同一件事不发两遍"),
    basis=Basis.SERVICE,
    kept=_("内容半年，发没发过的记号一直留到注销"),
    seen_by=_("没有人去看"),
)
_KEYS = Why(
    purpose=_("信号不好时同一件事不做两遍"),
    basis=Basis.SERVICE,
    kept=_("三十天"),
    seen_by=_("没有人去看"),
)
_UPLOADS = Why(
    purpose=_("信号断了，大文件能接着传"),
    basis=Basis.DUTY,
    kept=_("一天"),
    seen_by=_("您自己"),
)
_EDITING = Why(
    purpose=_("写课的后台记住您的设置和没写完的内容"),
    basis=Basis.DUTY,
    kept=_("到您注销"),
    seen_by=_("同一所学校写课的同事"),
)


def _is_about(user: Any) -> models.Q:
    return models.Q(subject_type=user._meta.label_lower, subject_id=str(user.pk))


def _about_whom(row: AuditEntry, value: str) -> str:
    if row.subject_type == "accounts.user":
        return str(_("您本人") if row.subject_id == str(row.actor_id) else _("账号"))
    return value


def _detail(row: AuditEntry, value: dict[str, Any]) -> Any:
    """What was noted, where it is about an account: of other acts it names others."""
    return value if row.subject_type == "accounts.user" else {}


def declare_all() -> None:
    """Called once, when the app is ready."""
    _declare_own()
    _declare_wagtail()
    on_erasure("audit words", blank_audit_words)
    on_erasure("admin log", forget_admin_log)
    on_erasure("avatar", delete_avatar)
    on_erasure("search index", clean_search_index)
    on_erasure("parts of files", delete_parts)
    on_forgetting("audit entries", forget_audit)
    on_forgetting("message words", forget_message_words)


def _declare_own() -> None:
    declare(
        PersonalModel(
            model="core.AuditEntry",
            title=_("操作记录"),
            person="actor",
            of=lambda user: models.Q(actor=user.pk) | _is_about(user),
            why=_AUDIT,
            fields={
                "at": _("时间"),
                "actor": _("谁做的"),
                "action": _("做了什么（记号）"),
                "subject_type": Datum(_("对谁"), words=_about_whom),
                "detail": Datum(_("记下的话"), words=_detail),
            },
            technical=("subject_id", "school_id"),
            erasure=Erasure.KEEP,
            stays=_("操作记录留三年，里面没有您的称呼和号码。"),
        ),
        PersonalModel(
            model="core.IdempotencyKey",
            title=_("防重复的记号"),
            person="user",
            why=_KEYS,
            fields={
                "action": _("做了什么（记号）"),
                "response": _("网站的回答"),
                "created_at": _("时间"),
            },
            technical=("key", "body_sha256"),
        ),
        PersonalModel(
            model="core.OutboxMessage",
            title=_("发给您的短信和邮件"),
            person="recipient",
            why=_MESSAGES,
            fields={
                "channel": _("怎么发的"),
                "template": _("哪一种（记号）"),
                "params": _("里面填的内容"),
                "created_at": _("写下的时间"),
                "sent_at": _("发出的时间"),
            },
            technical=("dedupe_key", "attempts", "error"),
        ),
        PersonalModel(
            model="core.Upload",
            title=_("您正在传的文件"),
            person="user",
            why=_UPLOADS,
            fields={
                "collection": _("传到哪里"),
                "name": _("文件名"),
                "title": _("名称"),
                "size": _("大小（字节）"),
                "created_at": _("开始的时间"),
                "touched_at": _("最近一次"),
            },
            technical=("key", "folder", "kind", "claimed_at", "file_id"),
        ),
        Mention("core.SiteImage", _("您上传的图片"), ("uploaded_by_user",)),
        Mention("core.SiteDocument", _("您上传的文件"), ("uploaded_by_user",)),
        Mention("core.MediaFile", _("您上传的视频和录音"), ("uploaded_by_user",)),
        shown=90,
    )


def _declare_wagtail() -> None:
    declare(
        PersonalModel(
            model="wagtailusers.UserProfile",
            title=_("后台的设置"),
            person="user",
            why=_EDITING,
            fields={
                "submitted_notifications": _("有人送审时通知"),
                "approved_notifications": _("审过时通知"),
                "rejected_notifications": _("退回时通知"),
                "updated_comments_notifications": _("有批注时通知"),
                "preferred_language": _("语言"),
                "current_time_zone": _("时区"),
                "avatar": _("头像"),
                "dismissibles": _("关掉过的提示"),
                "theme": _("颜色"),
                "contrast": _("对比度"),
                "density": _("疏密"),
                "keyboard_shortcuts": _("快捷键"),
            },
        ),
        PersonalModel(
            model="wagtailadmin.EditingSession",
            title=_("后台正在改的页面"),
            person="user",
            why=_EDITING,
            fields={"last_seen_at": _("时间"), "is_editing": _("正在改")},
            technical=("content_type", "object_id"),
        ),
        PersonalModel(
            model="wagtailadmin.FormState",
            title=_("后台没保存的内容"),
            person="user",
            why=_EDITING,
            fields={"data": _("内容"), "last_updated_at": _("时间")},
            technical=("content_type", "object_id", "parent_object_id"),
        ),
        PersonalModel(
            model="wagtailcore.Comment",
            title=_("您写的批注"),
            person="user",
            why=_EDITING,
            fields={
                "page": _("哪一页"),
                "text": _("批注"),
                "created_at": _("写的时间"),
                "updated_at": _("改的时间"),
                "resolved_at": _("处理的时间"),
                "resolved_by": _("谁处理的"),
            },
            technical=("contentpath", "position", "revision_created"),
        ),
        PersonalModel(
            model="wagtailcore.CommentReply",
            title=_("您对批注的回复"),
            person="user",
            why=_EDITING,
            fields={
                "text": _("回复"),
                "created_at": _("写的时间"),
                "updated_at": _("改的时间"),
            },
            technical=("comment",),
        ),
        PersonalModel(
            model="wagtailcore.PageSubscription",
            title=_("您关注的页面"),
            person="user",
            why=_EDITING,
            fields={"page": _("哪一页"), "comment_notifications": _("有批注时通知")},
        ),
        Mention("wagtailcore.Page", _("您建的或锁住的页面"), ("owner", "locked_by")),
        Mention("wagtailcore.Revision", _("您改过的稿子"), ("user",)),
        Mention("wagtailcore.PageLogEntry", _("您对页面做过的事"), ("user",)),
        Mention("wagtailcore.ModelLogEntry", _("您在后台做过的事"), ("user",)),
        Mention("wagtailcore.UploadedFile", _("没传完的文件"), ("uploaded_by_user",)),
        Mention("wagtailcore.WorkflowState", _("您送审的稿子"), ("requested_by",)),
        Mention("wagtailcore.TaskState", _("您审过的稿子"), ("finished_by",)),
        Mention("wagtailimages.Image", _("图片"), ("uploaded_by_user",)),
        Mention("wagtaildocs.Document", _("文件"), ("uploaded_by_user",)),
        Mention("wagtailmedia.Media", _("视频和录音"), ("uploaded_by_user",)),
        shown=90,
    )


# --- At an erasure -------------------------------------------------------------------
def blank_audit_words(user: Any, at: datetime) -> None:
    """Empty what staff wrote about the person; who did what and when stays."""
    # The log's own manager refuses this; an erasure is the one exception.
    entries: models.QuerySet[AuditEntry] = models.QuerySet(AuditEntry)
    entries.filter(_is_about(user)).exclude(detail={}).update(detail={})


def forget_admin_log(user: Any, at: datetime) -> None:
    """Wagtail writes a person's name into its own log of changes."""
    from wagtail.models import ModelLogEntry

    kind = ContentType.objects.get_for_model(type(user))
    ModelLogEntry.objects.filter(content_type=kind, object_id=str(user.pk)).delete()


def delete_avatar(user: Any, at: datetime) -> None:
    """The picture of the admin's profile, file and all."""
    from wagtail.users.models import UserProfile

    for profile in UserProfile.objects.filter(user=user).exclude(avatar=""):
        profile.avatar.delete(save=False)


def delete_parts(user: Any, at: datetime) -> None:
    """What the person has on the way goes with its parts."""
    for upload in Upload.objects.filter(user=user):
        drop_upload(upload=upload)


def clean_search_index(user: Any, at: datetime) -> None:
    """SQLite's full-text index keeps the words of what was removed until it is merged.

    Rows of apps above, re-indexed without the name, came before this.
    """
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table'"
            " AND sql LIKE 'CREATE VIRTUAL TABLE%USING fts5%'"
        )
        for (name,) in cursor.fetchall():
            # Names come from the database's own list of tables.
            cursor.execute(f'INSERT INTO "{name}" ("{name}") VALUES (\'optimize\')')  # noqa: S608


# --- By time alone (P-7) ---------------------------------------------------------------
def forget_audit(now: datetime) -> int:
    """Remove entries of the log that are older than three years."""
    entries: models.QuerySet[AuditEntry] = models.QuerySet(AuditEntry)
    count, _by_model = entries.filter(at__lt=now - AUDIT_KEPT).delete()
    return count


def forget_message_words(now: datetime) -> int:
    """Empty what was filled into messages half a year ago; the dedupe key stays."""
    old = OutboxMessage.objects.filter(created_at__lt=now - OUTBOX_KEPT)
    return old.exclude(params={}, error="").update(params={}, error="")
