"""What people agree to, word for word, in versions (P-2).

A row of `Consent` keeps the version and the hash of the text, so that it can be shown
later what somebody agreed to. A change of the words is a new version; a test holds the
hash of each version that was ever on the site. The Chinese text is the one that counts.
"""

import hashlib
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from accounts.choices import ConsentKind


@dataclass(frozen=True)
class ConsentText:
    """One text in one version; `is_needed` where there is no account without it."""

    kind: ConsentKind
    version: str
    label: str
    summary: str
    paragraphs: tuple[str, ...]
    is_needed: bool

    @property
    def sha256(self) -> str:
        """Hash of the text, paragraph by paragraph."""
        words = "\n".join((self.label, *self.paragraphs))
        return hashlib.sha256(words.encode()).hexdigest()


# `_` marks for translation and leaves the Chinese words, which are what is hashed.
TEXTS: dict[ConsentKind, ConsentText] = {
    text.kind: text
    for text in (
        ConsentText(
            kind=ConsentKind.ACCOUNT,
            version="2026-11",
            label=_("我同意网站保存我的账号和学习记录"),
            summary=_("只用来让您接着学、报名和找到您；不打广告，不交给别人。"),
            paragraphs=(
                _("我已经年满十四岁。"),
                _(
                    "网站保存我填的称呼、手机号或邮箱，还有我学过的课、做过的题和上课的"
                    "记录。"
                ),
                _(
                    "这些只用来让我登录、接着学、报名、拿证书，以及学校有事时找到我。"
                    "不用来打广告，不卖给别人，也不送到境外。"
                ),
                _(
                    "我报了哪门课，那门课的老师和学校的工作人员看得到我学到哪里。"
                    "别的居民看不到我的手机号。"
                ),
                _("发短信时，短信公司只拿到我的手机号和短信里的数字。"),
                _(
                    "我可以随时看、随时改这些内容，也可以请工作人员给我一份，或者把账号"
                    "删掉。"
                ),
            ),
            is_needed=True,
        ),
        ConsentText(
            kind=ConsentKind.SMS,
            version="2026-11",
            label=_("我愿意收到上课提醒的短信"),
            summary=_("不勾也照样能学，随时可以改。"),
            paragraphs=(
                _("学校可以发短信提醒我上课、报名和改时间。"),
                _("不发广告。我不愿意收了，在账号页点一下就停，不影响学习。"),
            ),
            is_needed=False,
        ),
    )
}
