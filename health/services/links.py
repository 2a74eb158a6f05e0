"""Looking at every link of every live page, and writing down which lead nowhere."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from wagtail.models import Page, get_page_models

from core.services.each import each_alone
from health.choices import Problem
from health.links import fetch
from health.links.inner import Inner, inner_path, open_pages, own_hosts
from health.links.walk import Link, links_of
from health.models import LONGEST_TARGET, LinkCheck, LinkFinding, OutsideAddress
from schools.models import SchoolPage
from schools.tree import SCHOOL_DEPTH

PAGES_AT_ONCE = 100
CHECKS_KEPT = 30
Ask = Callable[[str], fetch.Answer]


@dataclass(frozen=True)
class Found:
    """A link and the page on which it stands."""

    page_id: int
    school_id: int | None
    link: Link


@dataclass
class Walk:
    """All links of all live pages that could be read, and which these pages are."""

    links: list[Found]
    seen: set[int]
    read: set[int]


def check_links(*, at: datetime, ask: Ask | None = None) -> LinkCheck:
    """Look at every link of what everybody may read; what is mended is forgotten.

    Inner links are looked up in the database. Addresses outside are asked only where
    `CHECK_OUTSIDE_LINKS` says so, each once a week, and so many in a run. A page that
    cannot be read is logged, and what was known of it stays.

    Args:
        at: the moment of the check.
        ask: what asks an address outside; `health.links.fetch.ask` by default.
    """
    hosts = own_hosts()
    walk = walk_pages()
    inner = Inner([one.link for one in walk.links], hosts)
    outside = {
        one.link.address
        for one in walk.links
        if one.link.model is None and inner_path(one.link.address, hosts) is None
    }
    answers = _read_outside(outside, at=at, ask=ask if ask is not None else fetch.ask)
    findings = []
    for one in walk.links:
        answer = answers.get(one.link.address) if one.link.model is None else None
        problem = answer.problem if answer else inner.problem_of(one.link)
        if problem:
            detail = answer.detail if answer else ""
            findings.append(_finding(one, problem, detail, at))
    return _write(walk, findings, at)


def walk_pages() -> Walk:
    """Read the links of every page that everybody may open, type by type."""
    schools = dict(SchoolPage.objects.values_list("path", "pk"))
    walk = Walk([], set(), set())

    def read(page: Any) -> int:
        walk.seen.add(page.pk)
        school = schools.get(page.path[: SCHOOL_DEPTH * page.steplen])
        found = [Found(page.pk, school, link) for link in links_of(page)]
        walk.links += found
        walk.read.add(page.pk)
        return len(found)

    for model in get_page_models():
        if model is not Page:
            pages = open_pages(model).order_by("pk")
            rows = pages.iterator(chunk_size=PAGES_AT_ONCE)
            each_alone(rows, read, trouble="links of page %s not read")
    return walk


def _read_outside(
    addresses: set[str], *, at: datetime, ask: Ask
) -> dict[str, fetch.Answer]:
    """What is known of the addresses outside, after some of them were asked anew."""
    if not settings.CHECK_OUTSIDE_LINKS:
        return {}
    known = {one.address: one for one in OutsideAddress.objects.all()}
    fits = {one for one in addresses if len(one) <= LONGEST_TARGET}
    week = at - timedelta(days=settings.OUTSIDE_LINK_DAYS)
    waiting = sorted(
        (one for one in fits if one not in known or known[one].checked_at <= week),
        key=lambda one: (
            one in known,
            known[one].checked_at if one in known else at,
            one,
        ),
    )
    for address in waiting[: settings.OUTSIDE_LINKS_A_RUN]:
        answer = ask(address)
        row, _new = OutsideAddress.objects.update_or_create(
            address=address,
            defaults={
                "checked_at": at,
                "problem": answer.problem,
                "detail": answer.detail,
            },
        )
        known[address] = row
    # Linked nowhere for a week: nobody has to know when it was asked.
    gone = [
        one.pk
        for one in known.values()
        if one.checked_at <= week and one.address not in fits
    ]
    OutsideAddress.objects.filter(pk__in=gone).delete()
    return {
        address: fetch.Answer(known[address].problem, known[address].detail)
        for address in fits & set(known)
    }


def _finding(one: Found, problem: str, detail: str, at: datetime) -> LinkFinding:
    return LinkFinding(
        page_id=one.page_id,
        school_id=one.school_id,
        target=one.link.target[:LONGEST_TARGET],
        words=one.link.words[:120],
        anchor=one.link.anchor,
        problem=Problem(problem),
        detail=detail[:80],
        first_seen_at=at,
        checked_at=at,
    )


@transaction.atomic
def _write(walk: Walk, findings: Iterable[LinkFinding], at: datetime) -> LinkCheck:
    """Bring the rows to what was found; what was known already keeps its first day."""
    alone: dict[tuple[int, str], LinkFinding] = {}
    for one in findings:
        alone.setdefault((one.page_id, one.target), one)
    # A page may have gone while its links were looked at.
    there = set(Page.objects.values_list("pk", flat=True))
    rows = [one for one in alone.values() if one.page_id in there]
    LinkFinding.objects.bulk_create(
        rows,
        batch_size=PAGES_AT_ONCE,
        update_conflicts=True,
        unique_fields=["page", "target"],
        update_fields=["school", "words", "anchor", "problem", "detail", "checked_at"],
    )
    mended = LinkFinding.objects.exclude(page__in=walk.seen - walk.read)
    kept = _keys(LinkFinding.objects.filter(checked_at=at))
    mended.exclude(pk__in=kept).delete()
    done = LinkCheck.objects.create(
        finished_at=at, pages=len(walk.seen), links=len(walk.links)
    )
    last = _keys(LinkCheck.objects.all())[:CHECKS_KEPT]
    LinkCheck.objects.exclude(pk__in=last).delete()
    return done


def _keys(rows: models.QuerySet[Any]) -> list[int]:
    return list(rows.values_list("pk", flat=True))
