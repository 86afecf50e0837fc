"""What an instance came to, to look at: what contexts show of the files that were handed in."""

from collections.abc import Sequence

import msgspec
from markupsafe import Markup

from application.shared.services import Services
from application.workflows.use_cases import WorkflowInstance
from domain.shared.errors import Unavailable
from domain.workflows.definitions import WorkflowStep
from interfaces.http.shared.charts import MonthFlow, cash_flow_chart
from interfaces.http.shared.file_pages import file_pages
from interfaces.http.workflows.rendering import NotShownYet


class ShownChart(msgspec.Struct, frozen=True, kw_only=True):
    """A chart with the months that it shows; there are none if their import was taken back."""

    title: str
    help: str
    currency: str = ""
    months: Sequence[MonthFlow] = ()
    chart: Markup = Markup()


async def results_of(services: Services, instance: WorkflowInstance) -> list[ShownChart]:
    """The charts of the steps that are done.

    Raises:
        NotShownYet: what they show is not in its read model yet.
    """
    steps = instance.workflow.steps
    done = [step for step in steps if step.type == "chart" and step.name in instance.data]
    try:
        return [await _shown(services, instance, step) for step in done]
    except Unavailable as late:
        raise NotShownYet(
            "It was received and is recorded. This page will show it in a moment: keep its address, and open it again.",
            retry_after_s=late.retry_after_s,
        ) from late


async def _shown(services: Services, instance: WorkflowInstance, step: WorkflowStep) -> ShownChart:
    file = instance.workflow.step(step.settings["of"])
    shown = ShownChart(title=step.title, help=step.help)
    kind = file_pages().get(file.settings["import"])
    run = instance.imports.get(file.name)
    if kind is None or run is None:
        return shown
    currency, months = await kind.recorded(services, run, instance.position)
    if not months:
        return shown
    chart = Markup(cash_flow_chart(months, currency))  # noqa: S704 - what we have drawn ourselves
    return msgspec.structs.replace(shown, currency=currency, months=months, chart=chart)
