"""R-09: a release while people read and write: a new process, no request that fails."""

import time
from pathlib import Path

from tests.drills.acknowledged import TOLD, UNKNOWN, Crowd, Verdict, Writers, judge
from tests.production.estate import Estate
from tests.production.servers import until


class Readers(Crowd):
    """People who open their lesson again and again; each answer that was no page."""

    def __init__(self, street: Estate, *, count: int = 4) -> None:
        super().__init__(count)
        self.street, self.read, self.failed = street, 0, list[str]()
        self.slowest = 0.0

    def act(self, number: int) -> None:
        path = self.street.facts["paths"]["own_lesson"][number]
        session = self.street.facts["cookies"]["learner"][number]
        while not self.stopped.wait(0.2):
            began = time.monotonic()
            try:
                status = self.street.ask(
                    path, Cookie=f"__Host-session={session}"
                ).status
            except OSError as error:
                self.failed.append(repr(error))
            else:
                self.read += 1
                self.slowest = max(self.slowest, time.monotonic() - began)
                if status != 200:
                    self.failed.append(f"{path}: {status}")


def restart(street: Estate, folder: Path, *, rounds: int) -> tuple[Verdict, str]:
    """Begin anew so many times; the verdict, and what readers saw that was no page."""
    with Writers(street) as writers, Readers(street) as readers:
        until(lambda: writers.told_since(0), 20, "the first report")
        for _round in range(rounds):
            street.web.restart()
            before = len(writers.history) + writers.phones
            until(lambda told=before: writers.told_since(told), 60, "a report is taken")
            time.sleep(1)
    unknown = [one for one in writers.history if one.outcome == UNKNOWN]
    failed = readers.failed + [f"report: {one.status}" for one in unknown]
    written = sum(one.outcome == TOLD for one in writers.history)
    slowest = max(one.seconds for one in writers.history)
    verdict = judge(street, writers, folder)
    return (
        verdict,
        f"{rounds} releases, {readers.read} pages, {written} reports, the slowest "
        f"{max(readers.slowest, slowest):.1f} s, failed {failed}",
    )
