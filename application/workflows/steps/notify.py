"""`notify`: a mail."""

import re
from collections.abc import Mapping, Sequence

from application.workflows.step_types import HELP, POINTER, TITLE, Notice, StepType, Surroundings
from domain.workflows.definitions import Schema, WorkflowStep
from domain.workflows.instances import Data

OPERATORS = "operators"

_PLACE = re.compile(r"\{(/[a-z][a-z0-9_]*/[a-z][a-z0-9_]*)\}")


class NotifyStep(StepType):
    """Sends a mail, to `operators` or to the address that the data hold; `{/step/field}` in its text is filled in."""

    name = "notify"
    meaning = "Sends a mail; `{/step/field}` in its subject and text is filled in with what the data hold."
    needs = ("to", "subject", "text")
    node = (">", "]")
    has_effect = True

    def members(self, known: Surroundings) -> Mapping[str, Schema]:  # noqa: ARG002
        to = {"anyOf": [{"const": OPERATORS}, POINTER]}
        return {
            "to": {**to, "description": "`operators`, or where in the data the address is."},
            "subject": TITLE,
            "text": HELP,
        }

    def reads(self, step: WorkflowStep) -> Sequence[tuple[str, str]]:
        to = step.settings["to"]
        return [
            *((("/to", to),) if to != OPERATORS else ()),
            *(
                (f"/{member}", pointer)
                for member in ("subject", "text")
                for pointer in _PLACE.findall(step.settings[member])
            ),
        ]

    def told_away(self, step: WorkflowStep) -> Sequence[tuple[str, str]]:
        return [] if step.settings["to"] == OPERATORS else self.reads(step)[1:]

    def notices(self, step: WorkflowStep, data: Data) -> Sequence[Notice]:
        to = step.settings["to"]
        address = None if to == OPERATORS else _found(data, to)
        if address == "":
            return ()  # whom to write to is not known: the field was optional
        told = {it: _filled(step.settings[it], data) for it in ("subject", "text")}
        return [Notice(to=address, **told)]


def _found(data: Data, pointer: str) -> str:
    _, step, name = pointer.split("/")
    return str(data.get(step, {}).get(name, ""))


def _filled(text: str, data: Data) -> str:
    return _PLACE.sub(lambda place: _found(data, place[1]), text)


STEP_TYPE = NotifyStep()
