"""What an instance came to, to look at: the chart of each of its steps that is one."""

from collections.abc import Sequence

import msgspec
from markupsafe import Markup

from application.shared.services import Services
from application.workflows.use_cases import WorkflowInstance
from interfaces.http.workflows.charts import MonthFlow, cash_flow_chart


class ShownChart(msgspec.Struct, frozen=True, kw_only=True):
    """A chart with the months that it shows; there are none if their import was taken back."""

    title: str
    chart: Markup
    months: Sequence[MonthFlow]
    currency: str


async def results_of(services: Services, instance: WorkflowInstance) -> list[ShownChart]:
    """The charts of the steps that are done.

    Raises:
        Unavailable: what they show is not in the read model yet.
    """
    done = [
        step
        for step in instance.workflow.steps
        if step.type == "chart" and step.name in instance.data
    ]
    return [await _shown(services, instance, step) for step in done]
