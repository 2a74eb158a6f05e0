"""How fast the site is, beside yardsticks that run in the same minutes.

`make bench` seeds a street, serves it as production does, drives it in turn with
hand-written views of the same database server, and says for each target whether it is met.
The words of the targets are in `targets.py`; what came of them in `docs/performance.md`.
"""
