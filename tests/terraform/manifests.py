"""The Kubernetes manifests that a plan would make, so that tools for manifests can look at them.

The provider's blocks are those of Kubernetes under other names, and its schema tells which of them is one object and
which is a list; the rest is in the tables here.
"""

import re
from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]
Manifest = dict[str, Any]

KINDS = {
    "kubernetes_config_map_v1": ("v1", "ConfigMap"),
    "kubernetes_cron_job_v1": ("batch/v1", "CronJob"),
    "kubernetes_deployment_v1": ("apps/v1", "Deployment"),
    "kubernetes_horizontal_pod_autoscaler_v2": ("autoscaling/v2", "HorizontalPodAutoscaler"),
    "kubernetes_job_v1": ("batch/v1", "Job"),
    "kubernetes_namespace_v1": ("v1", "Namespace"),
    "kubernetes_network_policy_v1": ("networking.k8s.io/v1", "NetworkPolicy"),
    "kubernetes_pod_disruption_budget_v1": ("policy/v1", "PodDisruptionBudget"),
    "kubernetes_secret_v1": ("v1", "Secret"),
    "kubernetes_service_v1": ("v1", "Service"),
}
_NAMES = {
    "container": "containers",
    "volume": "volumes",
    "volume_mount": "volumeMounts",
    "metric": "metrics",
    "topology_spread_constraint": "topologySpreadConstraints",
    "timezone": "timeZone",
}
_SINGLE = {"label_selector"}  # a list in the schema, of which the provider takes the first
_PARTS = ("metadata", "data", "spec")
# The provider writes numbers as text where Kubernetes takes a name or a number.
_NUMBERS = {
    "port",
    "target_port",
    "max_surge",
    "max_unavailable",
    "run_as_user",
    "run_as_group",
    "fs_group",
    "replicas",
}


def manifests(plan: dict[str, Any], schemas: Schema) -> list[Manifest]:
    """What `terraform show -json` tells of a plan, as manifests; `schemas` are those of the resources.

    Raises:
        KeyError: it has a resource of a kind that is not in `KINDS`.
    """
    found = _resources(plan["planned_values"]["root_module"])
    return [
        _manifest(one, schemas[one["type"]])
        for one in found
        if one["type"].startswith("kubernetes_")
    ]


def _resources(module: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from (one for one in module.get("resources", ()) if one["mode"] == "managed")
    for child in module.get("child_modules", ()):
        yield from _resources(child)


def _manifest(resource: dict[str, Any], schema: Schema) -> Manifest:
    version, kind = KINDS[resource["type"]]
    parts = _object(resource["values"], schema)
    if kind == "Secret":  # as text: its values are made up
        parts["stringData"] = parts.pop("data")
    return {
        "apiVersion": version,
        "kind": kind,
        **{name: parts[name] for name in (*_PARTS, "stringData") if name in parts},
    }


def _object(values: dict[str, Any], block: Schema) -> Manifest:
    said: Manifest = {}
    for name, value in values.items():
        nested = block["block_types"].get(name)
        if value is None or value in ([], {}):
            continue
        if nested is None:
            said[_named(name)] = _plain(name, value)
        elif nested.get("max_items") == 1 or name in _SINGLE:
            said[_named(name)] = _object(value[0] or {}, nested["block"])
        elif isinstance(value, list):
            plural = "ports" if name == "port" else _named(name)
            said[plural] = [_object(one, nested["block"]) for one in value]
    return said


def _plain(name: str, value: Any) -> Any:
    if name == "default_mode":
        return int(value, 8)
    return int(value) if name in _NUMBERS and str(value).isdigit() else value


def _named(name: str) -> str:
    return _NAMES.get(name) or re.sub(r"_(\w)", lambda found: found[1].upper(), name)
