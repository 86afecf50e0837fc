"""A campaign: every fault once in an order that a number gives, then one after the other until its time is over."""

import random
import time
from collections import Counter

import msgspec

from tests.campaign.arena import Arena
from tests.campaign.faults import FAULTS
from tests.campaign.losses import Losses, losses


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What was done, how many times, to how much, and what was lost."""

    seed: int
    done: Counter[str]
    not_done: tuple[str, ...]
    acknowledged: int
    refused: int
    unanswered: int
    came_back: int
    lost: Losses
    findings: tuple[str, ...]

    def table(self) -> str:
        """All of it, a line each."""
        lines = [f"{'done':<44} {'times':>8}"]
        lines += [f"  {name:<42} {self.done[name]:>8,}" for name in FAULTS if self.done[name]]
        lines += [
            f"  {name:<42} {'not done':>8}: this machine does not let a test do it"
            for name in self.not_done
        ]
        told = {
            "acknowledged commands": self.acknowledged,
            "told to come back": self.refused,
            "without an answer, and sent again": self.unanswered,
            "readers that came back": self.came_back,
        }
        lines += ["met", *(f"  {name:<42} {count:>8,}" for name, count in told.items())]
        lines += ["lost", *(f"  {name:<42} {count:>8,}" for name, count in self.lost.items())]
        return "\n".join([f"seed {self.seed}", *lines, *self.findings])


def run(arena: Arena, seed: int, lasting_s: float = 0.0) -> Report:
    """Do every fault once, go on until `lasting_s` seconds are over, and tell what was lost."""
    chance, done, until = random.Random(seed), Counter[str](), time.monotonic() + lasting_s
    possible = [name for name in FAULTS if name != "disk full" or arena.disk.may_fill]
    arena.until_served("the start")
    while not done or time.monotonic() < until:
        for name in chance.sample(possible, len(possible)):
            FAULTS[name](arena)
            done[name] += 1
            arena.until_served(name)
            if arena.load.wrong or (done.total() > len(possible) and time.monotonic() > until):
                break
    lost = losses(arena)
    return Report(
        seed=seed,
        done=done,
        not_done=tuple(set(FAULTS) - set(possible)),
        acknowledged=arena.load.acknowledged,
        refused=arena.load.refused.total(),
        unanswered=arena.load.unanswered,
        came_back=sum(reader.came_back for reader in arena.readers),
        lost=lost,
        findings=(
            *arena.load.wrong,
            *arena.wrong,
            *(it for one in arena.readers for it in one.gaps),
        ),
    )
