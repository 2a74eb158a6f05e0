"""When is a lesson complete? One pure rule, stated to the learner in the same words.

Every video or recording is covered to 80 % or its transcript confirmed, every question
answered (the pass mark reached, where one is set), and «学完了» pressed (design §4).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from courses.content import WATCHED_SHARE, LessonContent
from learning.join import ProgressState, covered_s

# The fastest that a player plays. What was reported beyond it was not watched.
FASTEST = 2.0
# Clocks and buffers are not exact to the second.
GRACE_S = 10.0


@dataclass(frozen=True)
class Verdict:
    """What of the rule holds. `missing` are sentences that say what is left to do."""

    credited_s: Mapping[str, float]
    open_media: tuple[str, ...]
    unanswered: tuple[str, ...]
    score: int | None
    passed: bool | None
    done: bool
    missing: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        return not self.missing


def credit(content: LessonContent, state: ProgressState) -> dict[str, float]:
    """Seconds credited for each medium: the union, capped by the wall clock.

    Between opening the lesson and the last report no more than twice that time can
    have been watched, over all media of the lesson together.
    """
    elapsed = (state.seen_until - state.opened_at).total_seconds()
    budget = max(0.0, elapsed) * FASTEST + GRACE_S
    credited = {}
    for medium in content.media:
        watched = covered_s(state.watched.get(medium.block_id, ()))
        given = min(watched, budget)
        budget -= given
        credited[medium.block_id] = given
    return credited


def judge(
    content: LessonContent,
    state: ProgressState,
    shares: Mapping[str, float],
    pass_percent: int | None,
    *,
    passed_before: bool = False,
) -> Verdict:
    """What is done of a lesson. `shares`: block id of each answered question → 0..1.

    `passed_before`: an earlier attempt reached the pass mark; that is never lost.
    """
    credited = credit(content, state)
    open_media = tuple(
        medium.block_id
        for medium in content.media
        if medium.block_id not in state.transcripts
        and not (
            # Of a medium without a length nothing can have been watched.
            0 < medium.duration_s * WATCHED_SHARE <= credited[medium.block_id]
        )
    )
    unanswered = tuple(
        question.block_id
        for question in content.questions
        if question.block_id not in shares
    )
    score = passed = None
    if content.questions and not unanswered:
        total = sum(shares[question.block_id] for question in content.questions)
        score = round(100 * total / len(content.questions))
        passed = passed_before or score >= (pass_percent or 0)
    missing = _missing(open_media, unanswered, passed, score, pass_percent, state)
    return Verdict(
        credited_s=credited,
        open_media=open_media,
        unanswered=unanswered,
        score=score,
        passed=passed,
        done=state.done_at is not None,
        missing=missing,
    )


def _missing(
    open_media: tuple[str, ...],
    unanswered: tuple[str, ...],
    passed: bool | None,
    score: int | None,
    pass_percent: int | None,
    state: ProgressState,
) -> tuple[str, ...]:
    sentences = []
    if open_media:
        sentences.append(
            _(
                "还有 %(count)s 段视频或录音没看完。看完它，或者读完文字稿再点「我读完了」。"
            )
            % {"count": len(open_media)}
        )
    if unanswered:
        sentences.append(_("还有 %(count)s 道题没答。") % {"count": len(unanswered)})
    if passed is False:
        sentences.append(
            _("答对了 %(score)s%%，要到 %(need)s%% 才算过。改一改答案就行，不限次数。")
            % {"score": score, "need": pass_percent}
        )
    if state.done_at is None:
        sentences.append(_("最后点一下「学完了」。"))
    return tuple(sentences)


def rule_in_words(content: LessonContent, pass_percent: int | None) -> str:
    """The rule of this lesson as the learner reads it before beginning."""
    parts = []
    if content.media:
        parts.append(_("看完或听完（八成以上），或者读完文字稿"))
    if content.questions and pass_percent:
        parts.append(
            _("答完 %(count)s 道题，答对 %(need)s%% 以上")
            % {"count": len(content.questions), "need": pass_percent}
        )
    elif content.questions:
        parts.append(_("答完 %(count)s 道题") % {"count": len(content.questions)})
    parts.append(_("点一下「学完了」"))
    return _("这样就算学完：%(parts)s。") % {"parts": _("；").join(parts)}


def snapshot(lesson: Any, content: LessonContent) -> dict[str, Any]:
    """The rule by which a completion was judged, kept with it."""
    return {
        "watched_share": WATCHED_SHARE,
        "pass_percent": lesson.pass_percent,
        "media": [medium.block_id for medium in content.media],
        "questions": [question.block_id for question in content.questions],
        "revision": lesson.live_revision_id,
    }
