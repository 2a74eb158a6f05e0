"""What accounts, sign-in and consent keep of a person: the map of `core.privacy`."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

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

_ACCOUNT = Why(
    purpose=_("让您登录、接着学，学校有事找得到您"),
    basis=Basis.SERVICE,
    kept=_("到您注销"),
    seen_by=_("您自己；您报的课的老师和学校看得到称呼"),
)
_NUMBER = Why(
    purpose=_("登录，证明是您本人，有事通知您"),
    basis=Basis.SERVICE,
    kept=_("到您注销"),
    seen_by=_("您自己；学校的工作人员只看到中间打了星号的"),
)
_AGE = Why(
    purpose=_("有年龄要求的班，看您能不能报；年纪大的，请家人一起签名"),
    basis=Basis.SERVICE,
    kept=_("到您注销"),
    seen_by=_("您自己"),
)
_HELP = Why(
    purpose=_("没有手机也能报名、签到、登录；家人能替您报名"),
    basis=Basis.CONSENT,
    kept=_("到您不要了，或者您注销"),
    seen_by=_("您自己、帮您的家人；给您办的学校工作人员"),
)
_DEVICES = Why(
    purpose=_("让您看得见、退得出别的手机，防别人冒用"),
    basis=Basis.SERVICE,
    kept=_("到那次登录结束，最多一年"),
    seen_by=_("您自己"),
)
_PROOF = Why(
    purpose=_("说得清您什么时候同意过什么"),
    basis=Basis.LAW,
    kept=_("注销以后也留着，里面没有称呼和号码"),
    seen_by=_("您自己；有人查问时的管理员"),
)
_RIGHTS = Why(
    purpose=_("办好您要的事：拿一份资料、注销"),
    basis=Basis.LAW,
    kept=_("文件一天；办过的记号注销以后也留着"),
    seen_by=_("您自己"),
)


def declare_all() -> None:
    """Called once, when the app is ready."""
    from accounts.services import (
        data_copy,
        forgetting,
        second_factor,
        sign_in_codes,
    )

    _declare_account()
    _declare_sign_in()
    _declare_rights()
    _declare_help()
    on_erasure("sessions", lambda user, at: second_factor.end_sessions(user))
    on_erasure("copies", data_copy.delete_copies_of)
    on_forgetting("copies", data_copy.forget_copies)
    on_forgetting("sign-in codes", sign_in_codes.forget_codes)
    on_forgetting("ended devices", forgetting.forget_ended_devices)


def _declare_help() -> None:
    declare(
        PersonalModel(
            model="accounts.ResidentCard",
            title=_("您的学习卡"),
            person="user",
            why=_HELP,
            fields={
                "token_hash": Datum(_("卡上的码"), is_secret=True),
                "issued_at": _("发卡的时间"),
                "issued_by": _("谁发的卡"),
                "ended_at": _("作废的时间"),
            },
            technical=("user",),
        ),
        PersonalModel(
            model="accounts.SignInCode",
            title=_("学校给您的登录码"),
            person="user",
            why=_HELP,
            fields={
                "digest": Datum(_("登录码"), is_secret=True),
                "issued_at": _("给出的时间"),
                "issued_by": _("谁给的"),
                "expires_at": _("用到什么时候"),
                "ended_at": _("作废的时间"),
                "used_at": _("用过的时间"),
            },
            technical=("user",),
        ),
        PersonalModel(
            model="accounts.FamilyLink",
            title=_("家人帮管"),
            person="elder",
            of=lambda user: Q(elder=user.pk) | Q(helper=user.pk),
            why=_HELP,
            fields={
                "elder": _("帮谁"),
                "helper": _("谁来帮"),
                "state": _("情况"),
                "asked_at": _("提出的时间"),
                "agreed_at": _("同意的时间"),
                "agreed_by": _("谁收的签字"),
                "ended_at": _("结束的时间"),
            },
            technical=("text_sha256",),
        ),
        Mention("accounts.ResidentCard", _("您发过的学习卡"), ("issued_by",)),
        Mention("accounts.SignInCode", _("您给过的登录码"), ("issued_by",)),
        Mention("accounts.FamilyLink", _("您收过签字的家人帮管"), ("agreed_by",)),
        shown=10,
    )


def _names(row: Any, value: Any) -> list[str]:
    return [str(one) for one in value.all()]


def _declare_account() -> None:
    declare(
        PersonalModel(
            model="accounts.User",
            title=_("您的账号"),
            person="pk",
            why=_ACCOUNT,
            fields={
                "display_name": _("称呼"),
                "username": _("登录名"),
                "phone": Datum(_("手机号"), _NUMBER),
                "phone_verified": Datum(_("手机号验证过"), _NUMBER),
                "email": Datum(_("邮箱"), _NUMBER),
                "birth_year": Datum(_("出生年份"), _AGE),
                "first_name": _("名"),
                "last_name": _("姓"),
                "password": Datum(_("密码"), _NUMBER, is_secret=True),
                "last_login": _("上次登录"),
                "date_joined": _("开账号的时间"),
                "is_active": _("账号在用"),
                "is_superuser": _("超级管理员"),
                "is_staff": _("后台标记"),
                "groups": Datum(_("岗位的权限组"), words=_names),
                "user_permissions": Datum(_("单独的权限"), words=_names),
            },
            erasure=Erasure.KEEP,  # accounts.services.erasure empties this row itself
            stays=_("一个没有称呼和号码的空账号，好让学过的人数不变。"),
        ),
        PersonalModel(
            model="accounts.Consent",
            title=_("您同意过的"),
            person="user",
            why=_PROOF,
            fields={
                "kind": _("哪一条"),
                "version": _("哪一版"),
                "text_sha256": _("那一版文字的指纹"),
                "given_at": _("同意的时间"),
                "withdrawn_at": _("收回的时间"),
                "channel": _("在哪里同意的"),
            },
            erasure=Erasure.KEEP,
            stays=_("什么时候同意过什么，没有称呼和号码。"),
        ),
        shown=10,
    )


def _declare_sign_in() -> None:
    declare(
        PersonalModel(
            model="account.EmailAddress",
            title=_("邮箱"),
            person="user",
            why=_NUMBER,
            fields={
                "email": _("邮箱"),
                "verified": _("验证过"),
                "primary": _("主要邮箱"),
            },
        ),
        PersonalModel(
            model="account.EmailConfirmation",
            title=_("验证邮箱的链接"),
            person="email_address__user",
            why=_NUMBER,
            fields={
                "created": _("时间"),
                "sent": _("发出的时间"),
                "key": Datum(_("钥匙"), is_secret=True),
            },
            technical=("email_address",),
        ),
        PersonalModel(
            model="mfa.Authenticator",
            title=_("第二道验证"),
            person="user",
            why=_NUMBER,
            fields={
                "type": _("哪一种"),
                "data": Datum(_("密钥"), is_secret=True),
                "created_at": _("设的时间"),
                "last_used_at": _("上次用"),
            },
        ),
        PersonalModel(
            model="accounts.WebSession",
            title=_("现在登录着的"),
            person="user",
            why=_DEVICES,
            fields={
                "expire_date": _("到什么时候"),
                "session_key": Datum(_("登录的钥匙"), is_secret=True),
                "session_data": Datum(_("登录时记下的"), is_secret=True),
            },
        ),
        PersonalModel(
            model="usersessions.UserSession",
            title=_("登录过的手机和电脑"),
            person="user",
            why=_DEVICES,
            fields={
                "created_at": _("登录的时间"),
                "last_seen_at": _("最后一次"),
                "ip": _("网络地址"),
                "user_agent": _("浏览器报的名字"),
                "data": _("其他"),
                "session_key": Datum(_("登录的钥匙"), is_secret=True),
            },
        ),
        shown=10,
    )


def _declare_rights() -> None:
    declare(
        PersonalModel(
            model="accounts.DataCopy",
            title=_("您要过的资料"),
            person="user",
            why=_RIGHTS,
            fields={
                "created_at": _("要的时间"),
                "ready_at": _("做好的时间"),
                "expires_at": _("到什么时候能下载"),
            },
            technical=("key",),
        ),
        PersonalModel(
            model="accounts.ErasureRequest",
            title=_("注销的申请"),
            person="user",
            why=_RIGHTS,
            fields={
                "asked_at": _("申请的时间"),
                "due_at": _("到期的时间"),
                "cancelled_at": _("反悔的时间"),
                "done_at": _("办完的时间"),
            },
            erasure=Erasure.KEEP,
            stays=_("哪一天注销的，没有称呼和号码。"),
        ),
        shown=10,
    )
