"""Workflows for staff: which there are, how far each instance is, and what waits for somebody's decision."""

from application.shared.permissions import Permission, everything
from application.workflows.use_cases import StepReview, Workflows
from domain.shared.errors import Invalid
from interfaces.http.shared.collections import list_route, record_route
from interfaces.http.shared.command_routes import acts
from interfaces.http.shared.histories import history_route
from interfaces.http.shared.resources import Resource
from projections.workflows import WORKFLOW_DEFINITIONS, WORKFLOW_INSTANCES

DEFINITIONS = Resource(
    collection=WORKFLOW_DEFINITIONS.collection,
    path="/workflow-definitions",
    noun="workflowDefinition",
    permission=Permission.WORKFLOWS_READ,
    scope=everything,
)
INSTANCES = Resource(
    collection=WORKFLOW_INSTANCES.collection,
    path="/workflow-instances",
    noun="workflowInstance",
    permission=Permission.WORKFLOWS_READ,
    scope=everything,
    counted_by="status",
)


ROUTES = [
    *list_route(DEFINITIONS),
    *record_route(DEFINITIONS),
    *list_route(INSTANCES),
    *record_route(INSTANCES),
    history_route(INSTANCES, "workflow"),
    acts(
        INSTANCES,
        "review",
        Workflows.review,
        StepReview(step="decision", values={"decision": "approve", "remark": "The budget holds."}),
        permission=Permission.WORKFLOWS_REVIEW,
        summary="Decide on a step that waits for staff",
        description="Operators only. The step has to be the one that the instance waits for (409 "
        "`step_not_awaited`), and the decision one of those that its workflow names. The same again leads to nothing.",
        problems=[Invalid],
    ),
]
