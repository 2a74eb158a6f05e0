"""`manage.py load_demo`: the demo street. Loading twice changes nothing."""

import logging
from datetime import datetime, time, timedelta
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import transaction

from core.civil_time import SHANGHAI
from demo.loader.brands import load_brands
from demo.loader.courses import load_courses
from demo.loader.data import street
from demo.loader.learners import load_learners, load_own_learning
from demo.loader.news import load_news, review_news
from demo.loader.once import anchor_date
from demo.loader.publicity import load_publicity
from demo.loader.runs import load_places, load_runs
from demo.loader.schools import (
    load_schools,
    load_site,
    load_staff_profiles,
    load_users,
    load_vocabulary,
)
from home.services.tree import ensure_site_tree


class Command(BaseCommand):
    help = "Loads the demo street: schools, courses, news, accounts, 300 residents."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--migrate",
            action="store_true",
            help="Make the database first, in the same process.",
        )
        parser.add_argument(
            "--without-learners",
            action="store_true",
            help="Leave out the 300 residents (a quick load for tests).",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["migrate"]:
            call_command("new_database")
        # The invented residents' messages go to the terminal, hundreds of them, and
        # would hide the address of the site from who starts it for the first time.
        sms = logging.getLogger("accounts.sms")
        before = sms.level
        sms.setLevel(logging.WARNING)
        try:
            self._load(**options)
        finally:
            sms.setLevel(before)

    def _load(self, **options: Any) -> None:
        day = street()["demo_now_day"]
        anchor = anchor_date(day)
        now = datetime.combine(
            anchor + timedelta(days=day), time(0, 0), tzinfo=SHANGHAI
        )
        ensure_site_tree()
        # Each part is one transaction: an interrupted load goes on where it stopped.
        with transaction.atomic():
            load_site()
            load_vocabulary()
            schools = load_schools(anchor)
            load_staff_profiles(schools)
            load_users(schools, anchor)
        self.stdout.write("学校和账号 ✓")
        with transaction.atomic():
            load_courses(schools, now - timedelta(days=60))
        self.stdout.write("课程 ✓")
        with transaction.atomic():
            load_runs(schools, now)
        self.stdout.write("班次和课表 ✓")
        with transaction.atomic():
            load_news(schools, anchor)
            load_brands(schools, now)
            review_news(anchor)
            load_publicity()
        self.stdout.write("新闻 ✓")
        if not options["without_learners"]:
            with transaction.atomic():
                load_learners(schools, now)
            self.stdout.write("居民和学习记录 ✓")
            with transaction.atomic():
                load_own_learning(now)
                load_places(now)
            self.stdout.write("到校班的名单 ✓")
