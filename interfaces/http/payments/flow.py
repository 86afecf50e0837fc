"""What becomes of payments and obligations at a bank that is simulated, as that of the demo is."""

from collections.abc import Iterator

from interfaces.http.shared.chain import approval, claim, payment
from interfaces.http.shared.flows import Flow, Step, Who, step

_CLAIMED = {"record_id": "{{reimbursements}}"}


def _simulated(how: str, left: str) -> list[Step]:
    return [
        payment("submitted"),
        step(f"simulatePayment{how}", by=Who.ADMINISTRATOR, at={"record_id": "{{payments}}"}),
        _owed(left),
    ]


def _returned() -> list[Step]:
    *before, _ = _simulated("Settlement", "settled")
    return [*before, *_simulated("Return", "returned")[1:]]


def _owed(status: str) -> Step:
    return step(
        "getObligation",
        name=f"The obligation is {status}",
        by=Who.ADMINISTRATOR,
        at=_CLAIMED,
        until={"/status": status},
    )


def _one(action: str) -> Step:
    return step(f"{action}Obligation", by=Who.ADMINISTRATOR, at=_CLAIMED)


def _by_two(action: str, **told: object) -> Iterator[Step]:
    yield step(f"{action}Obligation", by=Who.ADMINISTRATOR, at=_CLAIMED, status=202, **told)
    yield step("confirmProposal", name="A second administrator confirms it", by=Who.SECOND)


_AT_THE_BANK = Flow(
    "Payments that fail and come back",
    [
        claim(),
        approval(),
        *_returned(),
        _one("hold"),
        *_by_two("release"),
        *_simulated("Failure", "failed"),
        *_by_two("retry"),
        *_returned(),
        _one("hold"),
        _one("cancel"),
        step(
            "openAccount",
            name="The member opens another account",
            by=Who.MEMBER,
            say={"bank_member_id": "{{member_id}}", "iban": "DE75512108001245126199"},
        ),
        *_by_two("redirect", body={"bank_account_id": "{{accounts}}"}),
        *_simulated("Failure", "failed"),
        *_by_two("writeOff"),
    ],
)

_NONE = {"record_id": "{{$guid}}"}


def _refused(operation: str, code: str, **say: object) -> Step:
    return step(operation, by=Who.ADMINISTRATOR, say=say, status=409, code=code)


def _missing(*operations: str) -> Iterator[Step]:
    """What there is nothing for, as long as the rail takes no files."""
    for each in operations:
        yield step(each, by=Who.ADMINISTRATOR, at=_NONE, status=404, code="not_found")


_IN_FILES = Flow(
    "Payments in files, which the rail of the demo does not take, and cases, which it has none of",
    [
        _refused("previewPaymentBatch", "no_batches", payments=None),
        _refused("createPaymentBatch", "no_batches", payments=None),
        step("listPaymentBatches", is_empty=True),
        *_missing(
            "getPaymentBatch",
            "getPaymentBatchHistory",
            "getPaymentFile",
            "releasePaymentBatch",
            "voidPaymentBatch",
        ),
        _refused("reportPaymentOutcome", "reported_by_rail"),
        *(
            step(each, is_empty=True)
            for each in (
                "exportPaymentBatchesNdjson",
                "exportPaymentCasesNdjson",
                "exportPaymentCasesAggregatesNdjson",
            )
        ),
        step("listPaymentCases", is_empty=True),
        step("aggregatePaymentCases", is_empty=True),
        step("facetPaymentCases", is_empty=True),
        *_missing("getPaymentCase", "getPaymentCaseHistory", "closePaymentCase"),
    ],
)
FLOW = (_AT_THE_BANK, _IN_FILES)
