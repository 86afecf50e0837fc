"""A bank with claims, and services that pay them."""

from pathlib import Path
from typing import Any

import pytest

from infrastructure.payments.settings import PaymentSettings
from infrastructure.payments.simulated import SimulatedBank
from infrastructure.shared.settings import Settings
from tests.owing import Play, Story
from tests.paying import Payer, told


@pytest.fixture
def play(database_url: str, tmp_path: Path) -> Play:
    """Runs a story with services whose simulated bank settles only when it is told to, and a bank with claims."""
    settings = Settings(
        home=tmp_path,
        database_url=database_url,
        groups=(PaymentSettings(settle_after_s="never"),),
    )

    def run(story: Story) -> Any:
        bank = SimulatedBank(database_url, settle_after_s=None)
        return told(settings, lambda services: story(services, bank, Payer(services.log)))

    return run
