"""What the demo people used: two years of it, once however often the demo is loaded."""

from tests.demo import signed_in, with_demo
from tests.facts import eventually
from tests.sites import Site


def test_members_of_the_demo_have_two_years_of_usages(site: Site) -> None:
    with_demo(with_demo(site))
    with signed_in(site, "ines@harbour.example") as ines:
        counted = "/usages?count=exact&limit=1"
        eventually(lambda: ines.get(counted).json()["page"]["count"] == 72)
        told = ines.get("/usages/series?bucket=month&tz=Europe/Amsterdam").json()
        months = [one["bucket"] for one in told["data"]]
        assert (months[0], months[-1], len(months)) == ("2024-01-01", "2025-12-01", 24)
        assert told["total"]["count"] == 72
