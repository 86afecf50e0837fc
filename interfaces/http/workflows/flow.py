"""Forms as a browser sends them, and what staff decide about them."""

from interfaces.http.shared.flows import Flow, Step, step

_HIDDEN = {name: f'name="{name}"[^>]* value="([^"]+)"' for name in ("token", "seal", "steps")}
_SENT = {name: f"{{{{{name}}}}}" for name in _HIDDEN}


def _form(name: str) -> Step:
    return step("showNewForm", at={"name": name}, keep=_HIDDEN)


def _sent(name: str, **typed: str) -> Step:
    fields = {path.replace("__", "."): value for path, value in typed.items()}
    return step("beginWorkflow", status=303, at={"name": name}, body={**_SENT, **fields})


_STATEMENT = "month,income,expenses\n" + "".join(
    f"2025-{month:02},€2500.00,€1800.50\n" for month in range(1, 13)
)


def _sent_in(**changed: str) -> dict[str, str]:
    return {
        **_SENT,
        "details.first_name": "Zoë",
        "details.last_name": "Nguyễn",
        "details.date_of_birth": "1990-12-31",
        "statement": _STATEMENT,
        **changed,
    }


FLOW = Flow(
    "Forms, and what staff decide",
    [
        step("showWorkflows"),
        _form("loan-pre-check"),
        _sent(
            "loan-pre-check",
            contact__name="Ada",
            contact__email="ada@harbour.example",
            request__amount="20000",
            request__months="24",
            request__income="3000",
            request__expenses="1000",
        ),
        step("showInstance", at={"name": "loan-pre-check"}),
        step("listWorkflowInstances", ask="workflow=loan-pre-check&sort=-id"),
        step("reviewWorkflowInstance"),
        step("getTemplate", at={"name": "customer-cashflow"}),
        _form("customer-cashflow"),
        step(
            "beginWorkflow",
            name="A file that is refused",
            at={"name": "customer-cashflow"},
            body=_sent_in(statement=_STATEMENT.replace("€2500.00", "much", 1)),
            status=422,
        ),
        step("getMarkedFile", at={"name": "customer-cashflow"}),
        step(
            "beginWorkflow",
            name="The page, sent",
            at={"name": "customer-cashflow"},
            body=_sent_in(),
            status=303,
        ),
        step(
            "continueWorkflow",
            name="Sent again, which changes nothing",
            at={"name": "customer-cashflow"},
            body=_sent_in(),
            status=303,
        ),
        step("listCustomers", ask="sort=-id"),
        step("getCustomerCashFlow"),
        step(
            "importStatements",
            status=201,
            say={
                "source": "postman-{{run}}",
                "customer": "{{customers}}",
                "file": _STATEMENT,
            },
        ),
    ],
)
