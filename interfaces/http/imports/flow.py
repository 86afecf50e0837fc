"""Files with good rows and bad ones: put aside, corrected, loaded after all, and taken back."""

from interfaces.http.shared.flows import Flow, step

_OWN = {"source": "postman-{{run}}", "mode": "quarantine"}

FLOW = (
    Flow(
        "A file of expenses with a bad row",
        [
            step(
                "importExpenses",
                status=201,
                say={
                    **_OWN,
                    "file": "departments,project_name,amount,date,member_name\n"
                    'IT,Mars-NS1,"1,200.00€",10/2/2021,Sam\nIT,Mars-NS1,twelve,10/2/2021,Sam\n',
                },
                keep={"import_id": "/import_id"},
            ),
            step("listImportRejects"),
            step("correctReject"),
            step(
                "replayRejects",
                say={"rejects": ["{{rejects}}"], "import_id": None, "reason": None},
                until={"/replayed": 1},
            ),
            step("getImportLog"),
            step("revertImport"),
        ],
    ),
    Flow(
        "A file of transactions with a bad row",
        [
            step(
                "importTransactions",
                status=201,
                say={
                    **_OWN,
                    "file": "transaction_id,user_id,amount,transaction_date\n"
                    "A-{{run}},123,$204.81,2026-03-14\nB-{{run}},123,twelve,2026-03-14\n",
                },
                keep={"import_id": "/import_id"},
            ),
            step("listRunRejects", keep={"etl_rejects": "/data/0/uid"}),
            step("correctEtlReject", say={"amount": "12.50 USD"}),
            step(
                "replayEtlRejects",
                say={"rejects": ["{{etl_rejects}}"], "import_id": None, "reason": None},
                until={"/replayed": 1},
            ),
            step("getFreshness"),
        ],
    ),
    Flow(
        "What files of a source are like",
        [
            step("confirmProfile", say={"source": "postman-{{run}}"}),
            step("withdrawProfile"),
        ],
    ),
)
