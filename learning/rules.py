"""When is a lesson complete? One pure rule, stated to the learner in the same words.

Every video or recording is covered to 80 % or its transcript confirmed, every question
answered (the pass mark reached, where one is set), and «学完了» pressed (design §4).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
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
    # Answered, and waiting for a person to mark them.
    waiting: tuple[str, ...]
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


@dataclass(frozen=True)
class Sheet:
    """How the attempt stands that is judged.

    `is_handed_in`: of a lesson whose questions are handed in by a press, whether that
    was done, and None of any other. `attempts_left`: how often more the learner may
    begin; None without a limit.
    """

    is_handed_in: bool | None = None
    is_begun: bool = True
    attempts_left: int | None = None


FREE = Sheet()


def score_of(
    questions: Iterable[Any], shares: Mapping[str, float | None]
) -> int | None:
    """Per cent of the questions' points; None while an answer waits for a person.

    A question without an answer is worth nothing.
    """
    points = [shares.get(one.block_id, 0.0) for one in questions]
    if not points or None in points:
        return None
    return round(100 * sum(one or 0.0 for one in points) / len(points))


def judge(
    content: LessonContent,
    state: ProgressState,
    shares: Mapping[str, float | None],
    pass_percent: int | None,
    *,
    passed_before: bool = False,
    sheet: Sheet = FREE,
) -> Verdict:
    """What is done of a lesson.

    `shares`: block id of each answered question → 0..1, None while it waits for a
    person. `passed_before`: an earlier attempt reached the pass mark; that is never
    lost.
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
    given = [one.block_id for one in content.questions if one.block_id in shares]
    unanswered = tuple(
        one.block_id for one in content.questions if one.block_id not in shares
    )
    waiting = tuple(one for one in given if shares[one] is None)
    score = passed = None
    is_whole = not unanswered if sheet.is_handed_in is None else sheet.is_handed_in
    if content.questions and is_whole:
        score = score_of(content.questions, shares)
        passed = passed_before or not pass_percent
        if score is not None:
            passed = passed or score >= (pass_percent or 0)
        elif not passed:
            passed = None
    verdict = Verdict(
        credited_s=credited,
        open_media=open_media,
        unanswered=unanswered,
        waiting=waiting,
        score=score,
        passed=passed,
        done=state.done_at is not None,
        missing=(),
    )
    asked = _asked(content, verdict, pass_percent, sheet, passed_before)
    return replace(verdict, missing=_missing(verdict, asked))


def _missing(verdict: Verdict, asked: tuple[str, ...]) -> tuple[str, ...]:
    sentences = []
    if verdict.open_media:
        sentences.append(
            _(
                "还有 %(count)s 段视频或录音没看完。看完它，或者读完文字稿再点「我读完了」。"
            )
            % {"count": len(verdict.open_media)}
        )
    sentences += asked
    if not verdict.done:
        sentences.append(_("最后点一下「学完了」。"))
    return tuple(sentences)


def _asked(
    content: LessonContent,
    verdict: Verdict,
    pass_percent: int | None,
    sheet: Sheet,
    passed_before: bool,
) -> tuple[str, ...]:
    """What the questions still ask for."""
    if not content.asks or (passed_before and sheet.is_handed_in is not None):
        return ()
    if not sheet.is_begun:
        return (_("小测还没做。点一下「开始答题」。"),)
    if sheet.is_handed_in is False:
        return (_("小测还没交。答完了，点一下「交卷」。"),)
    if verdict.unanswered and sheet.is_handed_in is None:
        return (_("还有 %(count)s 道题没答。") % {"count": len(verdict.unanswered)},)
    if verdict.passed is None and verdict.waiting:
        return (
            _("有 %(count)s 道题等老师看，看过了才知道过没过。")
            % {"count": len(verdict.waiting)},
        )
    if verdict.passed is False:
        return (_failed(verdict.score, pass_percent, sheet),)
    return ()


def _failed(score: int | None, need: int | None, sheet: Sheet) -> str:
    figures = {"score": score, "need": need}
    if sheet.is_handed_in is None:
        return (
            _("答对了 %(score)s%%，要到 %(need)s%% 才算过。改一改答案就行，不限次数。")
            % figures
        )
    if sheet.attempts_left == 0:
        return (
            _("答对了 %(score)s%%，要到 %(need)s%% 才算过。次数用完了，请找老师。")
            % figures
        )
    return (
        _("答对了 %(score)s%%，要到 %(need)s%% 才算过。点「再做一遍」，再来一次。")
        % figures
    )


def rule_in_words(content: LessonContent, pass_percent: int | None) -> str:
    """The rule of this lesson as the learner reads it before beginning."""
    parts = []
    if content.media:
        parts.append(_("看完或听完（八成以上），或者读完文字稿"))
    count = len(content.questions) + sum(one.count for one in content.draws)
    if count and pass_percent:
        parts.append(
            _("答完 %(count)s 道题，答对 %(need)s%% 以上")
            % {"count": count, "need": pass_percent}
        )
    elif count:
        parts.append(_("答完 %(count)s 道题") % {"count": count})
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
