"""Usages of a type that is new, and a goal for it."""

from interfaces.http.shared.flows import Flow, Who, step

_OF_TYPE = {"usage_type_id": "{{#type_id}}"}
_USED = {**_OF_TYPE, "usage_at": "{{today}}T00:00:00Z", "amount": "12.5", "unit": "km"}

FLOW = Flow(
    "Usages of a new type",
    [
        step(
            "defineUsageType",
            say={
                "name": "business travel {{run}}",
                "factor": {"factor": "0.363", "valid_from": "2026-01-01", "source": "Grid mix"},
            },
            keep={"type_id": "/id"},
        ),
        step("appendFactorUsageTypeFactor", say={"valid_from": "{{soon}}"}),
        step("renameUsageType", say={"name": "travel {{run}}"}),
        step("previewUsage", by=Who.MEMBER, say=_USED),
        step("recordUsage", by=Who.MEMBER, say=_USED),
        step("changeUsage", by=Who.MEMBER),
        step("deleteUsage", by=Who.MEMBER),
        step("recordUsages", by=Who.MEMBER, body={"usages": [{**_USED, "external_id": "{{run}}"}]}),
        step("restateUsages", by=Who.OPERATOR, say=_OF_TYPE),
        step("getUsageSeries", ask="bucket=month&group_by=usage_type"),
        step(
            "importUsages",
            status=201,
            say={
                "source": "postman-{{run}}",
                "user": "{{member_uid}}",
                "file": "meter,usage_type_id,usage_at,amount,unit\n"
                "{{run}},{{type_id}},{{today}}T00:00:00Z,212.4,km\n",
            },
        ),
        step("setUsageGoal", by=Who.ADMINISTRATOR, say=_OF_TYPE),
        step("changeUsageGoal", by=Who.ADMINISTRATOR),
        step("getGoalProgress"),
        step("withdrawUsageGoal", by=Who.ADMINISTRATOR),
        step("retireUsageType"),
    ],
)
