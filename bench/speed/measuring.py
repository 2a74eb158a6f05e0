"""Takes the measures, one target after the other; how, `stand.py` says."""

import json
import statistics
import subprocess
import sys
import threading
import time

from bench.speed import requests, wire
from bench.speed.load import Driver, Request, Sample, Supply
from bench.speed.serving import ROOT
from bench.speed.stand import Measure, MeasureError, Stand


class Measures(Stand):
    """The targets of `targets.py`, by their numbers."""

    def count_queries(self) -> None:
        """The queries of one answer of each kind, counted in a process of its own."""
        facts, wanted = self.facts, []
        named = {
            **{f"{k}, cached": v for k, v in requests.anonymous(facts).items()},
            **{f"{k}, cold": v for k, v in requests.anonymous(facts).items()},
            "course, signed in": requests.signed_in(facts, "own_course"),
            "lesson": requests.signed_in(facts, "own_lesson"),
            "learn, 8": requests.learn(facts, "learner"),
            "learn, 200": requests.learn(facts, "many"),
            "learn, 10": requests.learn(facts, "ten"),
            # Neither the first lesson of a course nor its last: most are neither.
            "mark complete": requests.marks_under_way(facts),
            # One phone tells again and again of the lesson that is open on it.
            "heartbeat": requests.beats(
                {**facts, "beats": facts["beats"][:1]}, count=4
            ),
            "search": requests.searches(),
            "class of 30": [self.class_page("small")] * 2,
            "class page": [self.class_page("large")] * 2,
        }
        for name, sent in named.items():
            some = [sent[0], sent[0]] if name.endswith("d") else sent[:4]
            wanted.append(
                {
                    "name": name,
                    "is_cold": name.endswith("cold"),
                    "requests": [vars(one) for one in some],
                }
            )
        out = self.static_root.parent / "queries.json"
        done = subprocess.run(
            [sys.executable, "-m", "bench.speed.counting", str(out)],
            input=json.dumps(wanted),
            text=True,
            check=False,
            env=self.env,
            cwd=ROOT,
        )
        if done.returncode:
            raise SystemExit("The queries could not be counted.")
        self.counted = json.loads(out.read_text("utf-8"))
        for name, one in self.counted.items():
            if one["status"] != 200:
                raise SystemExit(f"{name} is answered with {one['status']}.")

    def class_page(self, name: str) -> Request:
        path = f"/desk/courses/{self.facts['runs'][name]}/"
        return requests.page(path, self.facts["cookies"]["clerk"][0])

    def run(self) -> list[Measure]:
        """All that was asked for."""
        self.count_queries()
        for number, take in (
            (1, self.take_anonymous),
            (3, self.take_pages),
            (6, self.take_many),
            (7, self.take_marks),
            (8, self.take_beats),
            (9, self.take_writing),
            (10, self.take_class),
            (11, self.take_file),
            (12, self.take_search),
            (13, self.take_sign_in),
            (15, self.take_wire),
            (17, self.take_lists),
            (14, self.take_memory),
        ):
            together = {1: (1, 2), 3: (3, 4, 5)}.get(number, (number,))
            if not any(self.wants(one) for one in together):
                continue
            try:
                take()
            except MeasureError as error:
                # The others are worth their figures all the same.
                self.keep(number, f"failed: {error}", {})
        return self.measures

    def take_anonymous(self) -> None:
        each = requests.anonymous(self.facts)
        if self.wants(1):
            ours = [
                self.of_site(f"{name}, cached", sent) for name, sent in each.items()
            ]
            self.compare(1, self.of_yardstick("bare view", "/bare/"), ours)
        if self.wants(2):
            ours = [self.of_site(f"{name}, cold", sent) for name, sent in each.items()]
            self.compare(2, self.of_yardstick("one-query view", "/one-query/"), ours)

    def take_pages(self) -> None:
        facts = self.facts
        for number, name, sent in (
            (3, "course, signed in", requests.signed_in(facts, "own_course")),
            (4, "lesson", requests.signed_in(facts, "own_lesson")),
            (5, "learn, 8", requests.learn(facts, "learner")),
        ):
            if self.wants(number):
                floor = self.of_yardstick("hand-written page", "/page/{n}/")
                self.compare(number, floor, [self.of_site(name, sent)])

    def take_many(self) -> None:
        few = self.of_site("learn, 10", requests.learn(self.facts, "ten"))
        many = self.of_site("learn, 200", requests.learn(self.facts, "many"))
        taken = self.alternate([few, many], 1)
        base, figures = (taken[one.name].figures() for one in (few, many))
        figures["growth"] = figures["cpu_ms"] / base["cpu_ms"]
        figures["kib"] = figures["bytes"] / 1024
        figures["sql"] = self.counted["learn, 200"]["sql"]
        self.keep(0, "learn, 10", base, connections=1)
        self.keep(6, "learn, 200", figures, connections=1)

    def take_marks(self) -> None:
        """A lesson in the midst of a course; beside it the first and the last one."""
        firsts = requests.marks(self.facts, "marks")
        # Each person's first one comes before anybody's second.
        firsts = firsts[: len({session for session, _lesson in self.facts["marks"]})]
        lasts = requests.marks(self.facts, "lasts")
        for name, sent in (("first lesson", firsts), ("last lesson", lasts)):
            most = max(1, len(sent) // (self.pace.rounds + 1))
            runner = self.of_site(name, sent, is_once=True, most=most)
            figures = self.alternate([runner], 1)[name].figures()
            self.keep(0, name, figures, connections=1)
        sent = requests.marks(self.facts, "midst")
        slices = (self.pace.rounds + 1) * len(self.pace.connections)
        runner = self.of_site(
            "mark complete", sent, is_once=True, most=max(1, len(sent) // slices)
        )
        floor = self.of_yardstick("upsert view", "/upsert/{n}/", method="POST")
        self.compare(7, floor, [runner])

    def take_beats(self) -> None:
        one = self.of_site(
            "heartbeat", requests.beats(self.facts, count=self.pace.beats), is_once=True
        )
        count = self.pace.beats // 4
        ten = self.of_site(
            "heartbeat of ten events",
            requests.beats(self.facts, count=count, events=10),
            is_once=True,
        )
        floor = self.of_yardstick("upsert by cookie", "/beat/{n}/", method="POST")
        for connections in self.pace.connections:
            taken = self.alternate([floor, one, ten], connections)
            base = taken[floor.name].figures()
            figures, tens = (taken[each.name].figures() for each in (one, ten))
            figures["ratio"] = base["cpu_ms"] / figures["cpu_ms"]
            figures["ten_events"] = tens["cpu_ms"] / figures["cpu_ms"]
            figures["sql"] = self.counted["heartbeat"]["sql"]
            self.keep(0, floor.name, base, connections=connections)
            self.keep(8, "heartbeat", figures, connections=connections)

    def take_writing(self) -> None:
        """Sixteen connections at once; on SQLite, where there is one writer."""
        if self.database != "sqlite":
            return
        found = []
        floor = self.of_yardstick("upsert view", "/upsert/{n}/", method="POST")
        count = int(self.pace.beats * max(1.0, self.pace.writing_s / 60))
        ours = self.of_site(
            "writing", requests.beats(self.facts, count=count), is_once=True
        )
        for runner in (floor, ours):
            runner.driver.drive(runner.supply, connections=16, most=48)
            sample = runner.driver.drive(
                runner.supply, connections=16, seconds=self.pace.writing_s
            )
            found.append(sample.figures())
        base, figures = found
        figures["p99_growth"] = figures["p99"] / base["p99"]
        figures["floor_p99"] = base["p99"]
        self.keep(9, "writing, 16 connections", figures, connections=16)

    def take_class(self) -> None:
        few = self.of_site("class of 30", [self.class_page("small")])
        many = self.of_site("class page", [self.class_page("large")])
        taken = self.alternate([few, many], 1)
        base, figures = (taken[one.name].figures() for one in (few, many))
        figures["ms"], figures["growth"] = figures["p50"], figures["p50"] / base["p50"]
        self.keep(0, "class of 30", base, connections=1)
        self.keep(10, "class page", figures, connections=1)

    def take_file(self) -> None:
        sent = requests.export(self.facts)
        driver = Driver(self.site.base, host="127.0.0.1")
        timed = [driver.stream(sent) for _one in range(2)]
        before = self.site.pss_mib()
        highest = before
        for _one in range(self.pace.rounds):
            timed.append(driver.stream(sent))
            highest = max(highest, self.site.pss_mib())
        if any(one.status != 200 for one in timed):
            raise MeasureError("The CSV of the class is not given.")
        figures = {
            "seconds": statistics.median(one.whole_s for one in timed),
            "first_ms": statistics.median(one.first_s for one in timed) * 1e3,
            "grown_mib": highest - before,
            "bytes": float(timed[-1].received),
        }
        self.keep(11, "class CSV", figures)

    def take_search(self) -> None:
        floor = self.of_yardstick("one-query view", "/one-query/")
        self.compare(12, floor, [self.of_site("search", requests.searches())])

    def take_sign_in(self) -> None:
        """CPU of a sign-in; then thirty at once, while somebody reads a page."""
        sent = requests.sign_ins(self.facts)
        driver = Driver(self.site.base, host="127.0.0.1")
        reading = Supply(requests.learn(self.facts, "learner"))
        idle = driver.drive(reading, connections=1, seconds=self.pace.seconds)
        first, rest = sent[:10], sent[10:]
        cpu = self.site.cpu_s()
        one_by_one = driver.drive(Supply(first, is_once=True), connections=1)
        cpu = (self.site.cpu_s() - cpu) * 1e3 / len(first)
        meanwhile: list[Sample] = []
        reader = threading.Thread(
            target=lambda: meanwhile.append(
                driver.drive(reading, connections=1, seconds=self.pace.seconds)
            )
        )
        reader.start()
        time.sleep(0.2)
        thirty = driver.drive(Supply(rest, is_once=True), connections=30)
        reader.join()
        wrong = one_by_one.statuses[200] + thirty.statuses[200]
        if wrong or one_by_one.errors or thirty.errors:
            raise MeasureError(f"Sign-ins failed: {thirty.statuses}")
        figures = {
            "cpu_ms": cpu,
            "thirty_s": thirty.took,
            "page_growth": meanwhile[0].quantile(0.95) / idle.quantile(0.95),
        }
        self.keep(13, "sign-in", figures)

    def take_wire(self) -> None:
        """What a phone loads that has nothing of the site yet."""
        driver = Driver(self.site.base, host="127.0.0.1")
        lesson = requests.signed_in(self.facts, "own_lesson")[0]
        _status, _headers, body = driver.one(lesson)
        self.keep(15, "wire", wire.weigh(body.decode(), self.static_root))

    def take_lists(self) -> None:
        """A list with very many rows beside the same list with few."""
        driver = Driver(self.site.base, host="127.0.0.1")
        sizes = {
            name: len(driver.one(self.class_page(name))[2])
            for name in ("small", "large")
        }
        counted = self.counted
        figures = {
            "sql_growth": counted["class page"]["sql"] - counted["class of 30"]["sql"],
            "bytes_growth": sizes["large"] / sizes["small"],
        }
        self.keep(17, "list of a class", figures)

    def take_memory(self) -> None:
        """Everything in turn, for so many requests; memory at half and at the end."""
        facts = self.facts
        mixed = [
            *requests.anonymous(facts)["home"],
            *requests.anonymous(facts)["catalogue"],
            *requests.signed_in(facts, "own_course")[:20],
            *requests.signed_in(facts, "own_lesson")[:20],
            *requests.learn(facts, "learner")[:20],
            *requests.searches(),
            self.class_page("large"),
        ]
        driver, supply = Driver(self.site.base, host="127.0.0.1"), Supply(mixed)
        half = []
        for _one in range(2):
            driver.drive(supply, connections=8, most=self.pace.mixed // 2)
            half.append(self.site.pss_mib())
        figures = {
            "workers_mib": self.site.pss_of_workers_mib(),
            "pss_mib": half[1],
            "grown_percent": (half[1] - half[0]) * 100 / half[0],
        }
        self.keep(14, "memory", figures)
