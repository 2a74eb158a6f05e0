"""Errors of the news app; each message is for the person who gets it."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from core.exceptions import RefusedError
from news.choices import ReviewStage


class NotSubmittedError(RefusedError):
    """A story lacks what it needs to be offered to the outlets."""


class NotForOutletsError(RefusedError):
    """A story may not leave the house: not reviewed, or a picture without consent."""


class StepRefusedError(RefusedError):
    """A submission is not where that step begins."""

    status = 409


class ClippingRefusedError(RefusedError):
    """A clipping is neither a picture nor a PDF, or too large."""


class NotReviewedError(RefusedError):
    """A story would become public that has not passed its reviews."""

    status = 409

    def __str__(self) -> str:
        return str(
            _("新闻要三个人审过才能发布。请点「交给编辑看看」，审完会自己发布。")
        )


class HeldStoryError(RefusedError):
    """A story that was reviewed, withdrawn or sent to outlets is kept."""

    status = 409

    def __str__(self) -> str:
        return str(_("这篇有审核记录，要留着，不能删。要下线，请用「撤稿」。"))


class TextRefusedError(RefusedError):
    """The typed text names a photo that is not there."""


class StaleStoryError(RefusedError):
    """Somebody has saved the story since this page was opened."""

    status = 409

    def __str__(self) -> str:
        return str(
            _(
                "您打开以后，有人改过这一篇。您写的还在下面：请另开一页看看新的，"
                "再决定留哪些。要用您写的，再点一次「存下来」。"
            )
        )


class NotReadyError(RefusedError):
    """A story cannot be handed in yet; the sentences say what is missing."""

    def __init__(self, sentences: Iterable[str]) -> None:
        super().__init__(sentences)
        self.sentences = list(sentences)

    def __str__(self) -> str:
        return " ".join(self.sentences)


class EarlierReviewError(RefusedError):
    """A review comes before one that it builds on."""

    status = 409

    def __init__(self, missing: Iterable[int]) -> None:
        super().__init__(missing)
        self.missing = sorted(missing)

    def __str__(self) -> str:
        names = _("、").join(str(ReviewStage(one).label) for one in self.missing)
        return _("还差：%(names)s。请等前面的审完，再来看这一篇。") % {"names": names}


class StoryStopsError(RefusedError):
    """A machine has seen what may not be published."""

    def __init__(self, findings: Iterable[Any]) -> None:
        super().__init__(findings)
        self.findings = list(findings)

    def __str__(self) -> str:
        return " ".join(one.sentence for one in self.findings)
