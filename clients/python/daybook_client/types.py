"""What requests and answers look like; written by `make clients`."""

from __future__ import annotations

from typing import Any, Literal, Required, TypeAlias, TypedDict


class Account(TypedDict, total=False):
    """The accounts that members are paid into."""

    id: Required[int]
    uid: str
    bank_id: int
    bank_uid: str
    bank_member_id: int
    member_uid: str
    holder: str
    currency: str
    iban: str | None
    routing_number: str | None
    account_number: str | None
    payee_version: int
    payee_since: str | None
    duplicate_of: str | None
    status: Literal["open", "closed"]
    created_at: str
    ended_at: str | None
    version: int


class AccountChange(TypedDict, total=False):
    """What is to change of an account; what is not given stays. Any number given replaces all that were there."""

    iban: str
    routing_number: str
    account_number: str
    holder: str


class AddedPasskey(TypedDict, total=False):
    """The id of a new passkey."""

    uid: Required[str]


class Administrator(TypedDict, total=False):
    """The people who decide claims."""

    id: Required[int]
    uid: str
    bank_id: int
    bank_uid: str
    user_uid: str
    first_name: str
    last_name: str
    email: str
    approval_limit: str | None
    currency: str
    status: Literal["active", "inactive"]
    created_at: str
    ended_at: str | None
    version: int


class AdministratorChange(TypedDict, total=False):
    """What is to change of an administrator; what is not given stays. A limit of null takes it away."""

    first_name: str
    last_name: str
    approval_limit: str | None
    currency: str


class Alive(TypedDict, total=False):
    """The process answers."""

    status: Required[str]


class AppendedBy(TypedDict, total=False):
    """
    What an event can come from: commands that the rules of its stream decide on, rows of files of these kinds,
    and reactions that these policies lead to.
    """

    commands: list[str]
    imports: list[str]
    policies: list[str]


class Approval(TypedDict, total=False):
    """
    An approval. `acknowledge_duplicates` says that the claim in `duplicate_of` was seen, and that the account's
    is.
    """

    acknowledge_duplicates: bool
    on_behalf_of: int | str | None


class Bank(TypedDict, total=False):
    """The banks that pay what is claimed."""

    id: Required[int]
    uid: str
    name: str
    location: str
    currency: str
    iban: str | None
    status: Literal["active", "deactivated"]
    created_at: str
    ended_at: str | None
    version: int


BankAccountsStatusFilter = TypedDict(
    "BankAccountsStatusFilter",
    {
        "eq": Literal["open", "closed"],
        "ne": Literal["open", "closed"],
        "in": str,
        "nin": str,
        "is_null": bool,
    },
    total=False,
)


BankAdministratorsStatusFilter = TypedDict(
    "BankAdministratorsStatusFilter",
    {
        "eq": Literal["active", "inactive"],
        "ne": Literal["active", "inactive"],
        "in": str,
        "nin": str,
        "is_null": bool,
    },
    total=False,
)


class BankChange(TypedDict, total=False):
    """What is to change of a bank; what is not given stays."""

    name: str
    location: str
    iban: str | None


BanksStatusFilter = TypedDict(
    "BanksStatusFilter",
    {
        "eq": Literal["active", "deactivated"],
        "ne": Literal["active", "deactivated"],
        "in": str,
        "nin": str,
        "is_null": bool,
    },
    total=False,
)


class BatchedOrder(TypedDict, total=False):
    """A payment that would leave; of the account the last four characters."""

    uid: Required[str]
    amount: Required[str]
    creditor_name: Required[str]
    creditor_account: Required[str | None]


class Because(TypedDict, total=False):
    """Why, in 1 to 200 characters."""

    reason: Required[str]


BookAccount: TypeAlias = Literal[
    "cash_at_bank",
    "employee_expenses",
    "exchange_differences",
    "payables_written_off",
    "payments_in_transit",
    "reimbursements_payable",
]


class BooleanFilter(TypedDict, total=False):
    eq: bool
    ne: bool
    is_null: bool


class BounceReport(TypedDict, total=False):
    """A message that came back: the `Message-ID` it was sent with, and what the report says."""

    message_id: Required[str]
    reason: Required[str]


class Bucket(TypedDict, total=False):
    """What was emitted from local midnight of the day `bucket` to that of the next bucket's."""

    bucket: Required[str]
    usage_type_id: int | None
    emissions: Required[str]
    count: Required[int]


class CameBack(TypedDict, total=False):
    """What the provider sent somebody back with, as parameters of the address."""

    code: Required[str]
    state: Required[str]
    iss: str | None


CaseOutcome: TypeAlias = Literal["settled", "stands"]


class CashFlowMonth(TypedDict, total=False):
    """What came in and went out in a month, which is told by its first day."""

    month: Required[str]
    income: Required[str]
    expenses: Required[str]
    net: Required[str]
    currency: Required[str]


class CashFlowTotal(TypedDict, total=False):
    """The same over all months of a currency."""

    income: Required[str]
    expenses: Required[str]
    net: Required[str]
    currency: Required[str]


class ChangedRecord(TypedDict, total=False):
    """Where the record is found, and the version this left it at."""

    id: Required[int]
    uid: Required[str]
    version: Required[int]


class ChangedUsageType(TypedDict, total=False):
    """The number of the type, its uid, and the version this left it at."""

    id: Required[int]
    uid: Required[str]
    version: Required[int]


class Counted(TypedDict, total=False):
    """What a usage is counted by, and what it comes to: `emissions` is exactly `normalised_amount` times `factor`."""

    usage_type_id: Required[int]
    usage_type: Required[str]
    usage_at: Required[str]
    amount: Required[str]
    unit: Required[str]
    normalised_amount: Required[str]
    normalised_unit: Required[str]
    factor: Required[str]
    factor_version: Required[int]
    emissions: Required[str]
    emissions_unit: Required[str]


class Credentials(TypedDict, total=False):
    """What a user signs in with."""

    email: Required[str]
    password: Required[str]


class CurrencySums(TypedDict, total=False):
    """What the amounts of one currency come to, as far as they could be read: of all rows, and of each part."""

    read: str
    loaded: str
    unchanged: str
    corrected: str
    duplicates: str
    quarantined: str


class Customer(TypedDict, total=False):
    """People who handed in what they earn and spend."""

    id: Required[int]
    uid: str
    first_name: str
    last_name: str
    date_of_birth: str
    registered_at: str
    version: int


class CustomerCashFlow(TypedDict, total=False):
    """The last months of a customer's statements, the oldest first; what no statement tells of is left out."""

    customer_uid: Required[str]
    data: Required[list[CashFlowMonth]]
    totals: Required[list[CashFlowTotal]]


DateFilter = TypedDict(
    "DateFilter",
    {
        "eq": str,
        "ne": str,
        "gt": str,
        "gte": str,
        "lt": str,
        "lte": str,
        "in": str,
        "nin": str,
        "between": str,
        "is_null": bool,
    },
    total=False,
)


DecimalFilter = TypedDict(
    "DecimalFilter",
    {
        "eq": str,
        "ne": str,
        "gt": str,
        "gte": str,
        "lt": str,
        "lte": str,
        "in": str,
        "nin": str,
        "between": str,
        "is_null": bool,
    },
    total=False,
)


class Delegation(TypedDict, total=False):
    """Limits that administrators lend to others for some days."""

    id: Required[int]
    uid: str
    bank_id: int
    bank_uid: str
    administrator_uid: str
    to: str
    starts_on: str
    ends_on: str
    status: Literal["lent", "ended"]
    created_at: str
    ended_at: str | None
    version: int


DelegationsStatusFilter = TypedDict(
    "DelegationsStatusFilter",
    {
        "eq": Literal["lent", "ended"],
        "ne": Literal["lent", "ended"],
        "in": str,
        "nin": str,
        "is_null": bool,
    },
    total=False,
)


class Denial(TypedDict, total=False):
    """A denial, and why: 1 to 500 characters, which the member gets to read."""

    reason: str


class EtlReject(TypedDict, total=False):
    """The rows of files that were put aside because something is wrong with them, and what became of each."""

    id: Required[int]
    uid: str
    import_id: str
    kind: str
    source: str
    bank_uid: str | None
    row: int
    reason: str
    status: Literal["quarantined", "corrected", "replayed"]
    cells: Any
    raw: str
    faults: Any
    amount: str | None
    currency: str | None
    became: str | None
    was_known: bool | None
    quarantined_at: str
    changed_at: str
    actor: str
    version: int


class EtlRejectGroup(TypedDict, total=False):
    """
    Parts of the key and measures as asked for, and by names that are identifiers: `sum:amount` is told as
    `sum_amount`, too. Those that are not named here are asked for by name.
    """

    import_id: str
    kind: str
    source: str
    bank_uid: str | None
    reason: str
    status: Literal["quarantined", "corrected", "replayed"]
    currency: str | None
    quarantined_at: str
    actor: str
    sum_amount: str
    count: int


class EtlRejectGroups(TypedDict, total=False):
    data: Required[list[EtlRejectGroup]]
    truncated: Required[bool]
    totals: list[EtlRejectGroup]


class Event(TypedDict, total=False):
    """The facts, as they were recorded: the log is only ever appended to."""

    position: Required[int]
    stream_id: str
    version: int
    name: str
    data: Any
    actor: str
    correlation_id: str
    causation_id: str
    recorded_at: str


class EventStream(TypedDict, total=False):
    """The kind of stream that an event lies in: its name, and what streams of that kind tell of."""

    name: Required[str]
    about: Required[str]


class EventView(TypedDict, total=False):
    """One fact and its envelope."""

    position: Required[int]
    stream_id: Required[str]
    version: Required[int]
    name: Required[str]
    data: Required[Any]
    actor: Required[str]
    correlation_id: Required[str]
    causation_id: Required[str]
    recorded_at: Required[str]


class ExchangeRate(TypedDict, total=False):
    """What banks say that currencies are worth in others."""

    id: Required[int]
    uid: str
    bank_uid: str
    bank_id: int
    base: str
    quote: str
    value: str
    source: str
    day: str
    recorded_by: str | None
    confirmed_by: str | None
    recorded_at: str
    version: int


class ExchangeRateGroup(TypedDict, total=False):
    """
    Parts of the key and measures as asked for, and by names that are identifiers: `sum:amount` is told as
    `sum_amount`, too. Those that are not named here are asked for by name.
    """

    bank_uid: str
    base: str
    quote: str
    day: str
    count: int


class ExchangeRateGroups(TypedDict, total=False):
    data: Required[list[ExchangeRateGroup]]
    truncated: Required[bool]
    totals: list[ExchangeRateGroup]


class Expense(TypedDict, total=False):
    """What was spent, when, by whom, and for which department and project."""

    id: Required[int]
    uid: str
    departments: str
    project_name: str
    amount: str
    currency: str
    date: str
    member_name: str
    source: str
    import_id: str | None
    bank_uid: str | None
    recorded_at: str
    standing: Literal["recorded", "corrected", "voided", "reverted"]
    first_recorded: Any
    reason: str | None
    version: int


class ExpenseCorrection(TypedDict, total=False):
    """What an expense is to say from now on, where it differs, and why (1 to 500 characters)."""

    departments: str
    project_name: str
    amount: str
    currency: str
    date: str
    member_name: str
    reason: Required[str]


class ExpenseFile(TypedDict, total=False):
    file: Required[bytes]
    source: Required[str]
    mode: Literal["all_or_nothing", "valid_only", "quarantine"]
    max_reject_ratio: str
    locale: str
    currency: str
    date_format: str
    encoding: str
    delimiter: str
    sheet: str
    header_row: str
    columns: str
    ignore: str
    totals: str
    bank: str
    profile: str
    preview: Literal["true", "false"]


class ExpenseGroup(TypedDict, total=False):
    """
    Parts of the key and measures as asked for, and by names that are identifiers: `sum:amount` is told as
    `sum_amount`, too. Those that are not named here are asked for by name.
    """

    departments: str
    project_name: str
    currency: str
    date: str
    member_name: str
    source: str
    import_id: str | None
    bank_uid: str | None
    standing: Literal["recorded", "corrected", "voided", "reverted"]
    sum_amount: str
    count: int


class ExpenseGroups(TypedDict, total=False):
    data: Required[list[ExpenseGroup]]
    truncated: Required[bool]
    totals: list[ExpenseGroup]


ExpensesStandingFilter = TypedDict(
    "ExpensesStandingFilter",
    {
        "eq": Literal["recorded", "corrected", "voided", "reverted"],
        "ne": Literal["recorded", "corrected", "voided", "reverted"],
        "in": str,
        "nin": str,
        "is_null": bool,
    },
    total=False,
)


class FacetValue(TypedDict, total=False):
    value: Required[Any]
    count: Required[int]


Fate: TypeAlias = Literal["conflict", "duplicate", "invalid", "recorded"]


class Fault(TypedDict, total=False):
    """One thing wrong with one part of the input."""

    detail: Required[str]
    code: str
    pointer: str | None
    parameter: str | None
    row: int | None
    column: str | None
    got: Any
    expected: Any
    nearest: str | None


FieldType: TypeAlias = Literal[
    "boolean", "date", "decimal", "integer", "json", "text", "timestamp", "uuid"
]


class Freshness(TypedDict, total=False):
    """The last day of which a run was completed, and how many days that are due came after it."""

    last_good_day: Required[str | None]
    lag_days: Required[int | None]
    next_run: Required[str | None]
    zone: Required[str]


class Guess(TypedDict, total=False):
    """What an option of a file seems to be, and why; without a value it has to be declared by somebody who knows."""

    option: Required[str]
    value: Required[str | None]
    reason: Required[str]
    choices: list[str]
    is_sure: bool


class History(TypedDict, total=False):
    """The facts of one entity, the oldest first."""

    data: Required[list[EventView]]


class Import(TypedDict, total=False):
    """The files that were handed in or fetched, and what became of each."""

    id: Required[int]
    uid: str
    kind: str
    source: str
    file_name: str | None
    status: Literal["scheduled", "running", "completed", "rejected", "reverted"]
    mode: Literal["all_or_nothing", "valid_only", "quarantine"]
    rows: int
    imported: int
    already_known: int
    corrected: int
    duplicates: int
    quarantined: int
    bad_rows: int
    code: str | None
    detail: str | None
    faults: Any
    sums: Any
    options: Any
    bank_uid: str | None
    sha256: str | None
    size_bytes: int | None
    read_as: Any
    proposal: Any
    actor: str
    started_at: str
    finished_at: str | None
    duration_ms: int | None
    built_on: str | None
    reverted_at: str | None
    trigger: str | None
    location: str | None
    interval_start: str | None
    interval_end: str | None
    code_version: str | None
    steps: Any
    version: int


class ImportAccepted(TypedDict, total=False):
    """The file was taken in; the import runs on its own and survives a restart."""

    import_id: Required[str]
    status: str


ImportMode: TypeAlias = Literal["all_or_nothing", "quarantine", "valid_only"]


ImportProfilesStatusFilter = TypedDict(
    "ImportProfilesStatusFilter",
    {
        "eq": Literal["confirmed", "withdrawn"],
        "ne": Literal["confirmed", "withdrawn"],
        "in": str,
        "nin": str,
        "is_null": bool,
    },
    total=False,
)


ImportsModeFilter = TypedDict(
    "ImportsModeFilter",
    {
        "eq": Literal["all_or_nothing", "valid_only", "quarantine"],
        "ne": Literal["all_or_nothing", "valid_only", "quarantine"],
        "in": str,
        "nin": str,
        "is_null": bool,
    },
    total=False,
)


ImportsStatusFilter = TypedDict(
    "ImportsStatusFilter",
    {
        "eq": Literal["scheduled", "running", "completed", "rejected", "reverted"],
        "ne": Literal["scheduled", "running", "completed", "rejected", "reverted"],
        "in": str,
        "nin": str,
        "is_null": bool,
    },
    total=False,
)


class Index(TypedDict, total=False):
    """Where things are."""

    name: Required[str]
    docs: Required[str]
    openapi: Required[str]
    collections: Required[dict[str, str]]
    operations: Required[dict[str, str]]


IntegerFilter = TypedDict(
    "IntegerFilter",
    {
        "eq": int,
        "ne": int,
        "gt": int,
        "gte": int,
        "lt": int,
        "lte": int,
        "in": str,
        "nin": str,
        "between": str,
        "is_null": bool,
    },
    total=False,
)


class IssuedKey(TypedDict, total=False):
    """A key on the one occasion that it is shown."""

    uid: Required[str]
    key: Required[str]
    prefix: Required[str]
    expires_at: Required[str]


class JsonWebKeys(TypedDict, total=False):
    """A JSON Web Key Set (RFC 7517)."""

    keys: Required[list[dict[str, Any]]]


class LedgerAccount(TypedDict, total=False):
    """An account of one book: `normal_side` is the one on which it grows."""

    bank_uid: Required[str]
    currency: Required[str]
    account: Required[BookAccount]
    number: Required[str]
    kind: Required[str]
    normal_side: Required[str]
    description: Required[str]


class LedgerAccounts(TypedDict, total=False):
    """The chart of accounts of every book, by number."""

    data: Required[list[LedgerAccount]]


LedgerEntriesCreditAccountFilter = TypedDict(
    "LedgerEntriesCreditAccountFilter",
    {
        "eq": Literal[
            "cash_at_bank",
            "payments_in_transit",
            "reimbursements_payable",
            "payables_written_off",
            "employee_expenses",
            "exchange_differences",
        ],
        "ne": Literal[
            "cash_at_bank",
            "payments_in_transit",
            "reimbursements_payable",
            "payables_written_off",
            "employee_expenses",
            "exchange_differences",
        ],
        "in": str,
        "nin": str,
        "is_null": bool,
    },
    total=False,
)


LedgerEntriesOccasionFilter = TypedDict(
    "LedgerEntriesOccasionFilter",
    {
        "eq": Literal[
            "incurred",
            "revalued",
            "scheduled",
            "submitted",
            "settled",
            "failed",
            "reinstated",
            "returned",
            "written_off",
            "owed_again",
        ],
        "ne": Literal[
            "incurred",
            "revalued",
            "scheduled",
            "submitted",
            "settled",
            "failed",
            "reinstated",
            "returned",
            "written_off",
            "owed_again",
        ],
        "in": str,
        "nin": str,
        "is_null": bool,
    },
    total=False,
)


class LedgerEntry(TypedDict, total=False):
    """The journal: every entry debits one account and credits another with the same amount."""

    id: Required[int]
    uid: str
    bank_uid: str
    payment_uid: str | None
    reimbursement_uid: str
    occasion: Literal[
        "incurred",
        "revalued",
        "scheduled",
        "submitted",
        "settled",
        "failed",
        "reinstated",
        "returned",
        "written_off",
        "owed_again",
    ]
    debit_account: Literal[
        "cash_at_bank",
        "payments_in_transit",
        "reimbursements_payable",
        "payables_written_off",
        "employee_expenses",
        "exchange_differences",
    ]
    credit_account: Literal[
        "cash_at_bank",
        "payments_in_transit",
        "reimbursements_payable",
        "payables_written_off",
        "employee_expenses",
        "exchange_differences",
    ]
    amount: str
    currency: str
    posted_at: str
    version: int


class LedgerEntryGroup(TypedDict, total=False):
    """
    Parts of the key and measures as asked for, and by names that are identifiers: `sum:amount` is told as
    `sum_amount`, too. Those that are not named here are asked for by name.
    """

    bank_uid: str
    occasion: Literal[
        "incurred",
        "revalued",
        "scheduled",
        "submitted",
        "settled",
        "failed",
        "reinstated",
        "returned",
        "written_off",
        "owed_again",
    ]
    debit_account: Literal[
        "cash_at_bank",
        "payments_in_transit",
        "reimbursements_payable",
        "payables_written_off",
        "employee_expenses",
        "exchange_differences",
    ]
    credit_account: Literal[
        "cash_at_bank",
        "payments_in_transit",
        "reimbursements_payable",
        "payables_written_off",
        "employee_expenses",
        "exchange_differences",
    ]
    currency: str
    posted_at: str
    sum_amount: str
    count: int


class LedgerEntryGroups(TypedDict, total=False):
    data: Required[list[LedgerEntryGroup]]
    truncated: Required[bool]
    totals: list[LedgerEntryGroup]


class LeftOut(TypedDict, total=False):
    """A payment that cannot leave in this file, and why."""

    uid: Required[str]
    reason: Required[str]


class Letter(TypedDict, total=False):
    """Letters sent by e-mail, and what became of them."""

    id: Required[int]
    uid: str
    recipient: str
    subject: str
    policy: str
    status: Literal["sent", "refused", "bounced"]
    reason: str | None
    reimbursement_uid: str | None
    message_id: str
    sent_at: str | None
    recorded_at: str
    correlation_id: str
    version: int


LettersStatusFilter = TypedDict(
    "LettersStatusFilter",
    {
        "eq": Literal["sent", "refused", "bounced"],
        "ne": Literal["sent", "refused", "bounced"],
        "in": str,
        "nin": str,
        "is_null": bool,
    },
    total=False,
)


class MadePaymentBatch(TypedDict, total=False):
    """A batch as it was made; its `file` can be fetched once it is released."""

    id: Required[int]
    uid: Required[str]
    message_id: Required[str]
    payments: Required[int]
    amount: Required[str]
    currency: Required[str]
    execution_on: Required[str | None]
    sha256: Required[str]
    file: Required[str]


class Member(TypedDict, total=False):
    """The people who submit claims."""

    id: Required[int]
    uid: str
    bank_id: int
    bank_uid: str
    user_uid: str
    first_name: str
    last_name: str
    email: str
    status: Literal["active", "inactive"]
    created_at: str
    ended_at: str | None
    version: int


class MemberChange(TypedDict, total=False):
    """What is to change of a member; what is not given stays."""

    first_name: str
    last_name: str


class MonthFile(TypedDict, total=False):
    file: Required[bytes]
    source: Required[str]
    mode: Literal["all_or_nothing"]
    max_reject_ratio: str
    date_format: str
    last_month: str
    locale: str
    currency: str
    spending: str
    encoding: str
    delimiter: str
    sheet: str
    header_row: str
    columns: str
    ignore: str
    totals: str
    customer: Required[str]
    profile: str
    preview: Literal["true", "false"]


class MonthOfGoal(TypedDict, total=False):
    """What was emitted in a month and from the year's beginning to its end, beside the share of the goal by then."""

    month: Required[str]
    actual: Required[str]
    actual_so_far: Required[str]
    goal_so_far: Required[str]


class MonthlyTotal(TypedDict, total=False):
    """What a user's transactions of one month and currency come to; `month` is its first day."""

    month: Required[str]
    currency: Required[str]
    total_transactions: Required[int]
    total_amount: Required[str]


class MonthlyTotals(TypedDict, total=False):
    """The months in order, each in every currency of the user."""

    data: Required[list[MonthlyTotal]]


class NamedPasskey(TypedDict, total=False):
    """A passkey as its user sees it."""

    uid: Required[str]
    name: Required[str]
    added_at: Required[str]
    used_at: Required[str | None]


class NewAccount(TypedDict, total=False):
    """An account to open, named by `iban`, or by `routing_number` (ABA) and `account_number`."""

    bank_member_id: Required[int | str]
    iban: str | None
    routing_number: str | None
    account_number: str | None
    holder: str | None
    currency: str | None


class NewAdministrator(TypedDict, total=False):
    """An administrator to appoint. Up to `approval_limit` they decide alone, without one always."""

    first_name: Required[str]
    last_name: Required[str]
    email: Required[str]
    approval_limit: str | None
    currency: str | None


class NewBank(TypedDict, total=False):
    """A bank to open. Texts have 1 to 200 characters; `iban` is the account its payments leave from."""

    name: Required[str]
    location: Required[str]
    currency: Required[str]
    iban: str | None


class NewBatch(TypedDict, total=False):
    """Which payments are to leave, by id or uid: all that wait if none are named."""

    payments: list[int | str] | None
    execution_on: str | None


class NewColleague(TypedDict, total=False):
    """An auditor of a bank, one `of_firm` (of every bank, so without one), or an operator (who has none)."""

    email: Required[str]
    name: Required[str]
    role: Required[Literal["auditor", "operator"]]
    bank_id: int | str | None
    of_firm: bool


class NewDelegation(TypedDict, total=False):
    """To whom the caller lends their limit: the id or uid of an administrator, and the first and last day (UTC)."""

    to: Required[int | str]
    starts_on: Required[str]
    ends_on: Required[str]


class NewExpense(TypedDict, total=False):
    """An expense to record. Texts have 1 to 200 characters; a negative amount is money that came back."""

    departments: Required[str]
    project_name: Required[str]
    amount: Required[str]
    currency: Required[str]
    date: Required[str]
    member_name: Required[str]


class NewFactor(TypedDict, total=False):
    """A version of a factor: kg CO2e per unit of the type, from a time with its offset, or a day (in UTC), on."""

    factor: Required[str]
    valid_from: Required[str]
    source: Required[str]
    scope: int | None
    region: str | None
    year: int | None


class NewGoal(TypedDict, total=False):
    """A goal to set: kg CO2e at most in a year by one type. `bank_id` is the caller's own if it is not given."""

    usage_type_id: Required[int | str]
    year: Required[int]
    emissions: Required[str]
    bank_id: int | str | None


class NewMember(TypedDict, total=False):
    """A member to admit. Names have 1 to 80 characters."""

    first_name: Required[str]
    last_name: Required[str]
    email: Required[str]


class NewNumber(TypedDict, total=False):
    """Another number to aim at, in kg CO2e."""

    emissions: Required[str]


class NewPasskey(TypedDict, total=False):
    """A passkey as the browser made it (`PublicKeyCredential.toJSON()`), and what its user calls it."""

    name: Required[str]
    passkey: Required[dict[str, Any]]


class NewPassword(TypedDict, total=False):
    """A password (12 to 128 characters) and the proof that it is one's own to set: `token` or `current_password`."""

    new_password: Required[str]
    token: str | None
    current_password: str | None


class NewProfile(TypedDict, total=False):
    """A profile to confirm: of which kind and source, and the options of an import of such files."""

    kind: Required[str]
    source: Required[str]
    options: Required[dict[str, str]]


class NewRate(TypedDict, total=False):
    """One `base` is worth `value` of `quote`, says `source`; today (UTC) if no `day` is given."""

    base: Required[str]
    quote: Required[str]
    value: Required[str]
    source: Required[str]
    day: str | None


class NewReimbursement(TypedDict, total=False):
    """A claim to submit: an amount above 0, and 1 to 500 characters that say for what."""

    bank_account_id: Required[int | str]
    amount: Required[str]
    description: Required[str]
    currency: str | None
    incurred_on: str | None


class NewServiceAccount(TypedDict, total=False):
    """What a machine is called, the permissions it holds, and the bank it sees; without one it sees them all."""

    name: Required[str]
    scopes: Required[list[str]]
    bank_id: int | str | None


class NewTransaction(TypedDict, total=False):
    """A transaction to ingest. `transaction_id` has 1 to 50 characters; an amount may be negative or zero."""

    transaction_id: Required[str]
    user_id: Required[int]
    amount: Required[str]
    transaction_date: Required[str]
    currency: str


class NewUsage(TypedDict, total=False):
    """A usage to record: above 0, with 6 decimals at most, at most 5 minutes ahead."""

    usage_type_id: Required[int | str]
    usage_at: Required[str]
    amount: Required[str]
    unit: str | None


class NewUsageType(TypedDict, total=False):
    """A type to define, perhaps with its first factor. Texts have 1 to 200 characters."""

    name: Required[str]
    unit: Required[str]
    factor: NewFactor | None


class NotedBounce(TypedDict, total=False):
    """The reaction that sent the message."""

    reaction_uid: Required[str]


class Obligation(TypedDict, total=False):
    """What is owed for approved claims, how often it was attempted to pay it, and what became of that."""

    id: Required[int]
    uid: str
    reimbursement_uid: str
    bank_uid: str
    member_uid: str
    bank_account_uid: str
    payee_version: int | None
    amount: str
    currency: str
    status: Literal[
        "waiting",
        "scheduled",
        "submitted",
        "settled",
        "failed",
        "returned",
        "blocked",
        "held",
        "cancelled",
        "written_off",
    ]
    attempts: int
    payment_uid: str | None
    reason: str | None
    held_until: str | None
    incurred_at: str
    changed_at: str
    version: int


class Counts(TypedDict, total=False):
    """Rows by `status`, whatever `status` is filtered by."""

    waiting: Required[int]
    scheduled: Required[int]
    submitted: Required[int]
    settled: Required[int]
    failed: Required[int]
    returned: Required[int]
    blocked: Required[int]
    held: Required[int]
    cancelled: Required[int]
    written_off: Required[int]


class ObligationGroup(TypedDict, total=False):
    """
    Parts of the key and measures as asked for, and by names that are identifiers: `sum:amount` is told as
    `sum_amount`, too. Those that are not named here are asked for by name.
    """

    bank_uid: str
    member_uid: str
    currency: str
    status: Literal[
        "waiting",
        "scheduled",
        "submitted",
        "settled",
        "failed",
        "returned",
        "blocked",
        "held",
        "cancelled",
        "written_off",
    ]
    incurred_at: str
    sum_amount: str
    count: int


class ObligationGroups(TypedDict, total=False):
    data: Required[list[ObligationGroup]]
    truncated: Required[bool]
    totals: list[ObligationGroup]


ObligationsStatusFilter = TypedDict(
    "ObligationsStatusFilter",
    {
        "eq": Literal[
            "waiting",
            "scheduled",
            "submitted",
            "settled",
            "failed",
            "returned",
            "blocked",
            "held",
            "cancelled",
            "written_off",
        ],
        "ne": Literal[
            "waiting",
            "scheduled",
            "submitted",
            "settled",
            "failed",
            "returned",
            "blocked",
            "held",
            "cancelled",
            "written_off",
        ],
        "in": str,
        "nin": str,
        "is_null": bool,
    },
    total=False,
)


Operator: TypeAlias = Literal[
    "between",
    "contains",
    "eq",
    "gt",
    "gte",
    "in",
    "is_null",
    "lt",
    "lte",
    "ne",
    "nin",
    "starts_with",
]


OutcomeStatus: TypeAlias = Literal["failed", "not_returned", "returned", "settled"]


class Page(TypedDict, total=False):
    next: Required[str | None]
    prev: Required[str | None]
    count: int


class PasskeysShown(TypedDict, total=False):
    """The caller's passkeys, the oldest first."""

    data: Required[list[NamedPasskey]]


class Payment(TypedDict, total=False):
    """What approved claims move: the order, the rail, and what became of it."""

    id: Required[int]
    uid: str
    reimbursement_uid: str
    bank_uid: str
    bank_account_uid: str
    member_uid: str
    amount: str
    currency: str
    creditor_name: str
    creditor_account: str
    attempt: int
    payee_version: int | None
    status: Literal["scheduled", "submitted", "settled", "failed", "returned", "cancelled"]
    rail: str | None
    rail_reference: str | None
    batch_uid: str | None
    reason: str | None
    settled_on: str | None
    scheduled_at: str
    submitted_at: str | None
    changed_at: str
    version: int


class PaymentBatch(TypedDict, total=False):
    """The files of payments that were made for a bank."""

    id: Required[int]
    uid: str
    bank_uid: str
    message_id: str
    payments: int
    amount: str
    left_out: int
    currency: str
    sha256: str
    actor: str
    created_at: str
    status: Literal["created", "released", "voided"]
    execution_on: str | None
    created_by: str | None
    released_by: str | None
    released_at: str | None
    voided_by: str | None
    voided_at: str | None
    reason: str | None
    version: int


class PaymentBatchPage(TypedDict, total=False):
    data: Required[list[PaymentBatch]]
    page: Required[Page]


class PaymentBatchPreview(TypedDict, total=False):
    """What a batch would hold, and what would stay out and why."""

    payments: Required[list[BatchedOrder]]
    amount: Required[str]
    currency: Required[str]
    execution_on: Required[str]
    left_out: Required[list[LeftOut]]


class PaymentBatchStatus(TypedDict, total=False):
    """A batch after a command on it, and which of its payments did not leave with it."""

    id: Required[int]
    uid: Required[str]
    version: Required[int]
    status: Required[str]
    left_out: list[LeftOut]


PaymentBatchesStatusFilter = TypedDict(
    "PaymentBatchesStatusFilter",
    {
        "eq": Literal["created", "released", "voided"],
        "ne": Literal["created", "released", "voided"],
        "in": str,
        "nin": str,
        "is_null": bool,
    },
    total=False,
)


class PaymentCase(TypedDict, total=False):
    """Payments of which something was reported that contradicts what is recorded."""

    id: Required[int]
    uid: str
    bank_uid: str
    payment_uid: str
    reimbursement_uid: str
    amount: str
    currency: str
    rail: str
    rail_reference: str
    payment_status: str
    reported: str
    detail: str
    status: Literal["open", "closed"]
    opened_at: str
    closed_at: str | None
    note: str | None
    outcome: Literal["stands", "settled"] | None
    closed_by: str | None
    version: int


class PaymentCaseGroup(TypedDict, total=False):
    """
    Parts of the key and measures as asked for, and by names that are identifiers: `sum:amount` is told as
    `sum_amount`, too. Those that are not named here are asked for by name.
    """

    bank_uid: str
    currency: str
    rail: str
    payment_status: str
    reported: str
    status: Literal["open", "closed"]
    opened_at: str
    outcome: Literal["stands", "settled"] | None
    sum_amount: str
    count: int


class PaymentCaseGroups(TypedDict, total=False):
    data: Required[list[PaymentCaseGroup]]
    truncated: Required[bool]
    totals: list[PaymentCaseGroup]


class PaymentCasePage(TypedDict, total=False):
    data: Required[list[PaymentCase]]
    page: Required[Page]


PaymentCasesOutcomeFilter = TypedDict(
    "PaymentCasesOutcomeFilter",
    {
        "eq": Literal["stands", "settled"],
        "ne": Literal["stands", "settled"],
        "in": str,
        "nin": str,
        "is_null": bool,
    },
    total=False,
)


class PaymentGroup(TypedDict, total=False):
    """
    Parts of the key and measures as asked for, and by names that are identifiers: `sum:amount` is told as
    `sum_amount`, too. Those that are not named here are asked for by name.
    """

    bank_uid: str
    member_uid: str
    currency: str
    status: Literal["scheduled", "submitted", "settled", "failed", "returned", "cancelled"]
    rail: str | None
    settled_on: str | None
    scheduled_at: str
    sum_amount: str
    count: int


class PaymentGroups(TypedDict, total=False):
    data: Required[list[PaymentGroup]]
    truncated: Required[bool]
    totals: list[PaymentGroup]


class PaymentLeft(TypedDict, total=False):
    """A payment after a command."""

    id: Required[int]
    uid: Required[str]
    version: Required[int]
    status: Required[str]


class PaymentOutcome(TypedDict, total=False):
    """What the bank told an administrator: `settled` with the day, `failed` or `returned` with the reason."""

    status: Required[OutcomeStatus]
    settled_on: str | None
    reason: str | None


class PaymentPage(TypedDict, total=False):
    data: Required[list[Payment]]
    page: Required[Page]


PaymentsStatusFilter = TypedDict(
    "PaymentsStatusFilter",
    {
        "eq": Literal["scheduled", "submitted", "settled", "failed", "returned", "cancelled"],
        "ne": Literal["scheduled", "submitted", "settled", "failed", "returned", "cancelled"],
        "in": str,
        "nin": str,
        "is_null": bool,
    },
    total=False,
)


Permission: TypeAlias = Literal[
    "accounts:write",
    "banks:open",
    "banks:read",
    "banks:write",
    "claims:decide",
    "claims:read",
    "claims:submit",
    "customers:read",
    "events:read",
    "expenses:import",
    "expenses:read",
    "expenses:record",
    "imports:profile",
    "imports:read",
    "imports:revert",
    "ledger:read",
    "letters:read",
    "operations:read",
    "payments:decide",
    "payments:export",
    "payments:read",
    "projections:replay",
    "proposals:decide",
    "proposals:read",
    "public",
    "rates:write",
    "reactions:manage",
    "reactions:read",
    "rejects:correct",
    "security:read",
    "signed-in",
    "simulate",
    "statements:import",
    "transactions:ingest",
    "transactions:read",
    "usage-goals:read",
    "usage-goals:write",
    "usage-types:write",
    "usages:import",
    "usages:read",
    "usages:record",
    "usages:restate",
    "users:manage",
    "workflows:read",
    "workflows:review",
]


class PreviewCell(TypedDict, total=False):
    """One cell of a preview: its text, and the value it would be read as or what is wrong with it."""

    column: Required[str]
    text: Required[str]
    value: str | None
    code: str | None
    reason: str | None


class Problem(TypedDict, total=False):
    """What every answer outside 2xx and 3xx carries (RFC 9457), beside the facts of the case."""

    type: Required[str]
    title: Required[str]
    status: Required[int]
    detail: Required[str]
    code: Required[str]
    request_id: Required[str]
    errors: list[Fault]


class ProblemFamily(TypedDict, total=False):
    """What the `type` of a problem document stands for."""

    type: Required[str]
    status: Required[int]
    title: Required[str]
    meaning: Required[str]


class Profile(TypedDict, total=False):
    """What files of a kind from a source are like, as somebody confirmed it."""

    id: Required[int]
    uid: str
    kind: str
    source: str
    options: Any
    status: Literal["confirmed", "withdrawn"]
    actor: str
    confirmed_at: str
    version: int


class ProfilePage(TypedDict, total=False):
    data: Required[list[Profile]]
    page: Required[Page]


class Proposal(TypedDict, total=False):
    """What waits for a second person, or did."""

    id: Required[int]
    uid: str
    bank_id: int | None
    bank_uid: str | None
    kind: str
    summary: str
    terms: Any
    user_uid: str | None
    status: Literal["waiting", "confirmed", "rejected", "withdrawn"]
    proposed_by: str | None
    proposed_by_name: str
    proposed_at: str
    expires_at: str
    decided_by: str | None
    decided_by_name: str | None
    decided_at: str | None
    reason: str | None
    version: int


class ProposalPage(TypedDict, total=False):
    data: Required[list[Proposal]]
    page: Required[Page]


ProposalsStatusFilter = TypedDict(
    "ProposalsStatusFilter",
    {
        "eq": Literal["waiting", "confirmed", "rejected", "withdrawn"],
        "ne": Literal["waiting", "confirmed", "rejected", "withdrawn"],
        "in": str,
        "nin": str,
        "is_null": bool,
    },
    total=False,
)


class ProvenAgain(TypedDict, total=False):
    """What a user proves themselves with once more: their password, or what their passkey says."""

    password: str | None
    passkey: dict[str, Any] | None


Purpose: TypeAlias = Literal["rebuild", "verify"]


class Reaction(TypedDict, total=False):
    """What Daybook does because something was recorded: mail to send, payments to make."""

    id: Required[int]
    uid: str
    policy: str
    kind: str
    lane: Literal["money", "mail", "common"]
    subject: str
    position: int
    correlation_id: str
    payload: Any
    state: Literal["pending", "running", "done", "parked", "discarded"]
    failures: int
    last_error: str | None
    due_at: str
    digest: str | None
    decided_by: str | None
    created_at: str
    updated_at: str
    version: int


class ReactionCounts(TypedDict, total=False):
    """How many reactions are open: `overdue` is the part of `pending` and `running` that should be done by now."""

    pending: Required[int]
    running: Required[int]
    overdue: Required[int]
    parked: Required[int]
    position: Required[int]
    halted: str | None
    planner_silent_s: float | None
    workers_silent_s: float | None


class ReactionGroup(TypedDict, total=False):
    """
    Parts of the key and measures as asked for, and by names that are identifiers: `sum:amount` is told as
    `sum_amount`, too. Those that are not named here are asked for by name.
    """

    policy: str
    kind: str
    lane: Literal["money", "mail", "common"]
    state: Literal["pending", "running", "done", "parked", "discarded"]
    count: int


class ReactionGroups(TypedDict, total=False):
    data: Required[list[ReactionGroup]]
    truncated: Required[bool]
    totals: list[ReactionGroup]


class ReactionPage(TypedDict, total=False):
    data: Required[list[Reaction]]
    page: Required[Page]


ReactionState: TypeAlias = Literal["discarded", "done", "parked", "pending", "running"]


class ReactionStatus(TypedDict, total=False):
    """A reaction as an operator sees it after a command on it."""

    id: Required[int]
    uid: Required[str]
    kind: Required[str]
    state: Required[ReactionState]
    failures: Required[int]
    last_error: Required[str | None]


ReactionsLaneFilter = TypedDict(
    "ReactionsLaneFilter",
    {
        "eq": Literal["money", "mail", "common"],
        "ne": Literal["money", "mail", "common"],
        "in": str,
        "nin": str,
        "is_null": bool,
    },
    total=False,
)


ReactionsStateFilter = TypedDict(
    "ReactionsStateFilter",
    {
        "eq": Literal["pending", "running", "done", "parked", "discarded"],
        "ne": Literal["pending", "running", "done", "parked", "discarded"],
        "in": str,
        "nin": str,
        "is_null": bool,
    },
    total=False,
)


class Reason(TypedDict, total=False):
    """Why something is to stand no longer, in 1 to 500 characters."""

    reason: Required[str]


class Received(TypedDict, total=False):
    """What became of one usage: the record it is or was, or why it is none."""

    external_id: Required[str]
    status: Required[Fate]
    id: int | None
    uid: str | None
    emissions: str | None
    code: str | None
    detail: str | None
    pointer: str | None


class ReceivedUsages(TypedDict, total=False):
    """What became of each usage, in the order sent, and how many fared how."""

    data: Required[list[Received]]
    counts: Required[dict[str, int]]


class Redirection(TypedDict, total=False):
    """To which account of the member it is to be paid, by its id or uid."""

    bank_account_id: Required[int | str]


class RefreshToken(TypedDict, total=False):
    """A refresh token, as it was issued last."""

    refresh_token: Required[str]


class Reimbursement(TypedDict, total=False):
    """What members claim back, what was decided about it, and what became of the money."""

    id: Required[int]
    uid: str
    status: Literal["pending", "approved", "denied"]
    payment_status: Literal[
        "none",
        "scheduled",
        "submitted",
        "settled",
        "failed",
        "returned",
        "blocked",
        "held",
        "cancelled",
        "written_off",
    ]
    amount: str
    currency: str
    description: str
    incurred_on: str
    submitted_at: str
    amended_at: str | None
    withdrawn_at: str | None
    duplicate_of: str | None
    bank_id: int
    bank_uid: str
    bank_account_id: int
    bank_account_uid: str
    bank_member_id: int
    member_uid: str
    member_name: str
    endorsed_by: str | None
    endorsed_by_name: str | None
    endorsed_at: str | None
    decided_by: str | None
    decided_by_name: str | None
    decided_at: str | None
    policy_version: int | None
    four_eyes: bool | None
    payee_version: int | None
    on_behalf_of: str | None
    reason: str | None
    payment_uid: str | None
    payment_reason: str | None
    paid_on: str | None
    version: int


class ReimbursementChange(TypedDict, total=False):
    """What is to change of a pending claim; what is not given stays."""

    amount: str
    currency: str
    description: str
    incurred_on: str


class Counts1(TypedDict, total=False):
    """Rows by `status`, whatever `status` is filtered by."""

    pending: Required[int]
    approved: Required[int]
    denied: Required[int]


class ReimbursementCountedPage(TypedDict, total=False):
    data: Required[list[Reimbursement]]
    page: Required[Page]
    counts: Required[Counts1]


class ReimbursementGroup(TypedDict, total=False):
    """
    Parts of the key and measures as asked for, and by names that are identifiers: `sum:amount` is told as
    `sum_amount`, too. Those that are not named here are asked for by name.
    """

    status: Literal["pending", "approved", "denied"]
    payment_status: Literal[
        "none",
        "scheduled",
        "submitted",
        "settled",
        "failed",
        "returned",
        "blocked",
        "held",
        "cancelled",
        "written_off",
    ]
    currency: str
    incurred_on: str
    submitted_at: str
    bank_id: int
    bank_uid: str
    bank_account_id: int
    bank_account_uid: str
    bank_member_id: int
    member_uid: str
    member_name: str
    decided_by: str | None
    decided_by_name: str | None
    decided_at: str | None
    paid_on: str | None
    sum_amount: str
    count: int


class ReimbursementGroups(TypedDict, total=False):
    data: Required[list[ReimbursementGroup]]
    truncated: Required[bool]
    totals: list[ReimbursementGroup]


ReimbursementsPaymentStatusFilter = TypedDict(
    "ReimbursementsPaymentStatusFilter",
    {
        "eq": Literal[
            "none",
            "scheduled",
            "submitted",
            "settled",
            "failed",
            "returned",
            "blocked",
            "held",
            "cancelled",
            "written_off",
        ],
        "ne": Literal[
            "none",
            "scheduled",
            "submitted",
            "settled",
            "failed",
            "returned",
            "blocked",
            "held",
            "cancelled",
            "written_off",
        ],
        "in": str,
        "nin": str,
        "is_null": bool,
    },
    total=False,
)


ReimbursementsStatusFilter = TypedDict(
    "ReimbursementsStatusFilter",
    {
        "eq": Literal["pending", "approved", "denied"],
        "ne": Literal["pending", "approved", "denied"],
        "in": str,
        "nin": str,
        "is_null": bool,
    },
    total=False,
)


Reject: TypeAlias = EtlReject


RejectGroup: TypeAlias = EtlRejectGroup


class RejectGroups(TypedDict, total=False):
    data: Required[list[RejectGroup]]
    truncated: Required[bool]
    totals: list[RejectGroup]


class RejectPage(TypedDict, total=False):
    data: Required[list[Reject]]
    page: Required[Page]


class Rejection(TypedDict, total=False):
    """Why something is not to be done: 1 to 500 characters, which the proposer gets to read."""

    reason: str | None


RejectsStatusFilter = TypedDict(
    "RejectsStatusFilter",
    {
        "eq": Literal["quarantined", "corrected", "replayed"],
        "ne": Literal["quarantined", "corrected", "replayed"],
        "in": str,
        "nin": str,
        "is_null": bool,
    },
    total=False,
)


class ReplayOutcome(TypedDict, total=False):
    """What became of a reject that was to be replayed."""

    reject: Required[str]
    status: Required[str]
    became: str | None
    was_known: bool | None
    position: int | None
    code: str | None
    detail: str | None
    errors: list[Fault]


class ReplayRequest(TypedDict, total=False):
    """
    Which rejects to load: those named by id or uid, or the oldest of an import or with a reason past the id
    `after`; at most 200 at once.
    """

    rejects: list[str | int] | None
    import_id: str | None
    reason: str | None
    after: int


ReplayState: TypeAlias = Literal["done", "failed", "running", "waiting"]


class ResetRequest(TypedDict, total=False):
    """Nothing: the user chooses the password."""


class RestatedTotals(TypedDict, total=False):
    """
    What the usages of the span emitted as pinned (`original`), as restated so far (`before`), and by this version
    of the factor (`after`).
    """

    usages: Required[int]
    factor: Required[str]
    factor_version: Required[int]
    original: Required[str]
    before: Required[str]
    after: Required[str]
    emissions_unit: Required[str]
    dry_run: Required[bool]


Restatement = TypedDict(
    "Restatement",
    {
        "usage_type_id": Required[int | str],
        "factor_version": Required[int],
        "from": Required[str],
        "to": Required[str],
        "dry_run": bool,
    },
    total=False,
)


Role: TypeAlias = Literal["administrator", "auditor", "member", "operator"]


class RowFault(TypedDict, total=False):
    """What is wrong with one value of one row, or with the row as a whole (`column` is None)."""

    row: Required[int]
    column: str | None
    value: str | None
    code: Required[str]
    reason: Required[str]


Run: TypeAlias = Import


class RunGroup(TypedDict, total=False):
    """
    Parts of the key and measures as asked for, and by names that are identifiers: `sum:amount` is told as
    `sum_amount`, too. Those that are not named here are asked for by name.
    """

    kind: str
    source: str
    status: Literal["scheduled", "running", "completed", "rejected", "reverted"]
    mode: Literal["all_or_nothing", "valid_only", "quarantine"]
    code: str | None
    bank_uid: str | None
    actor: str
    started_at: str
    trigger: str | None
    code_version: str | None
    sum_rows: int
    sum_imported: int
    sum_already_known: int
    sum_corrected: int
    sum_duplicates: int
    sum_quarantined: int
    sum_bad_rows: int
    sum_size_bytes: int
    sum_duration_ms: int
    count: int


class RunGroups(TypedDict, total=False):
    data: Required[list[RunGroup]]
    truncated: Required[bool]
    totals: list[RunGroup]


class RunPage(TypedDict, total=False):
    data: Required[list[Run]]
    page: Required[Page]


class SecurityEvent(TypedDict, total=False):
    """Sign-ins, failures and locks, tokens used again, and changes of people, machines, policies and payees."""

    id: Required[int]
    uid: str
    kind: Literal[
        "sign_in",
        "command_line",
        "failure",
        "lock",
        "reuse",
        "sign_out",
        "password",
        "way",
        "role",
        "payee",
        "policy",
        "machine",
    ]
    name: str
    stream_id: str
    user_uid: str | None
    bank_uid: str | None
    address: str | None
    detail: str | None
    actor: str
    recorded_at: str
    version: int


class SecurityEventGroup(TypedDict, total=False):
    """
    Parts of the key and measures as asked for, and by names that are identifiers: `sum:amount` is told as
    `sum_amount`, too. Those that are not named here are asked for by name.
    """

    kind: Literal[
        "sign_in",
        "command_line",
        "failure",
        "lock",
        "reuse",
        "sign_out",
        "password",
        "way",
        "role",
        "payee",
        "policy",
        "machine",
    ]
    name: str
    bank_uid: str | None
    address: str | None
    detail: str | None
    actor: str
    count: int


class SecurityEventGroups(TypedDict, total=False):
    data: Required[list[SecurityEventGroup]]
    truncated: Required[bool]
    totals: list[SecurityEventGroup]


class SecurityEventPage(TypedDict, total=False):
    data: Required[list[SecurityEvent]]
    page: Required[Page]


SecurityEventsKindFilter = TypedDict(
    "SecurityEventsKindFilter",
    {
        "eq": Literal[
            "sign_in",
            "command_line",
            "failure",
            "lock",
            "reuse",
            "sign_out",
            "password",
            "way",
            "role",
            "payee",
            "policy",
            "machine",
        ],
        "ne": Literal[
            "sign_in",
            "command_line",
            "failure",
            "lock",
            "reuse",
            "sign_out",
            "password",
            "way",
            "role",
            "payee",
            "policy",
            "machine",
        ],
        "in": str,
        "nin": str,
        "is_null": bool,
    },
    total=False,
)


class SentUsage(TypedDict, total=False):
    """A usage to record; `external_id` is the sender's own name for it, 1 to 100 characters."""

    usage_type_id: Required[int | str]
    usage_at: Required[str]
    amount: Required[str]
    unit: str | None
    external_id: Required[str]


class SeriesTotal(TypedDict, total=False):
    """The same over all buckets."""

    emissions: Required[str]
    count: Required[int]


class ServiceAccount(TypedDict, total=False):
    """The machines that are let in by keys of their own."""

    id: Required[int]
    uid: str
    name: str
    scopes: str
    bank_uid: str | None
    status: Literal["active", "deactivated"]
    created_at: str
    ended_at: str | None
    version: int


class ServiceAccountPage(TypedDict, total=False):
    data: Required[list[ServiceAccount]]
    page: Required[Page]


class ServiceKeyRequest(TypedDict, total=False):
    """Until when a key is to be good: 90 days if nothing is said, 366 at most."""

    expires_at: str | None


class ShownKey(TypedDict, total=False):
    """A key as operators see it: what it begins with, and who issued it; `status` is good, expired or revoked."""

    uid: Required[str]
    prefix: Required[str]
    status: Required[str]
    issued_by: Required[str]
    issued_at: Required[str]
    expires_at: Required[str]
    used_at: Required[str | None]


class SignInAddress(TypedDict, total=False):
    """Where the browser goes next."""

    address: Required[str]


SignInWay: TypeAlias = Literal["command_line", "link", "oidc", "passkey", "password"]


class SimulatedReason(TypedDict, total=False):
    """What the simulated bank gives as its reason, 1 to 200 characters."""

    reason: Required[str]


class StepReview(TypedDict, total=False):
    """What staff submit for a step that waits for them: of a review, `decision` and perhaps `remark`."""

    step: Required[str]
    values: Required[dict[str, str | int | bool]]


class TakenInBy(TypedDict, total=False):
    """Who takes an event in: read models fold it, policies react to it."""

    read_models: list[str]
    policies: list[str]


TextFilter = TypedDict(
    "TextFilter",
    {
        "eq": str,
        "ne": str,
        "gt": str,
        "gte": str,
        "lt": str,
        "lte": str,
        "in": str,
        "nin": str,
        "between": str,
        "is_null": bool,
        "contains": str,
        "starts_with": str,
    },
    total=False,
)


class Tier(TypedDict, total=False):
    """
    What it takes up to an amount of a currency, the amount included: `approvals` people who have one of the
    `roles`.
    """

    currency: str | None
    up_to: str | None
    approvals: int
    roles: list[Role]


TimeFilter = TypedDict(
    "TimeFilter",
    {
        "eq": str,
        "ne": str,
        "gt": str,
        "gte": str,
        "lt": str,
        "lte": str,
        "in": str,
        "nin": str,
        "between": str,
        "is_null": bool,
    },
    total=False,
)


class TokenPair(TypedDict, total=False):
    """
    An access token for `expires_in` seconds, and a refresh token for the next pair, good for one use in 30 days;
    the second is null where the browser keeps it in a cookie.
    """

    access_token: Required[str]
    refresh_token: Required[str | None]
    expires_in: Required[int]
    token_type: str
    device_token: str | None


class Transaction(TypedDict, total=False):
    """What users of another system were charged or paid, as its daily files tell it."""

    id: Required[int]
    uid: str
    transaction_id: str
    user_id: int
    amount: str
    currency: str
    transaction_date: str
    month: str
    source: str
    day: str | None
    import_id: str | None
    extra: Any
    recorded_at: str
    standing: Literal["recorded", "corrected", "voided", "reverted"]
    first_recorded: Any
    reason: str | None
    version: int


class TransactionCorrection(TypedDict, total=False):
    """What a transaction is to say from now on, where it differs, and why (1 to 500 characters)."""

    user_id: int
    amount: str
    currency: str
    transaction_date: str
    reason: Required[str]


class TransactionFile(TypedDict, total=False):
    file: Required[bytes]
    source: Required[str]
    mode: Literal["all_or_nothing", "valid_only", "quarantine"]
    max_reject_ratio: str
    locale: str
    currency: str
    date_format: str
    keep: str
    encoding: str
    delimiter: str
    sheet: str
    header_row: str
    columns: str
    ignore: str
    totals: str
    profile: str
    preview: Literal["true", "false"]


class TransactionGroup(TypedDict, total=False):
    """
    Parts of the key and measures as asked for, and by names that are identifiers: `sum:amount` is told as
    `sum_amount`, too. Those that are not named here are asked for by name.
    """

    user_id: int
    currency: str
    transaction_date: str
    month: str
    source: str
    day: str | None
    import_id: str | None
    standing: Literal["recorded", "corrected", "voided", "reverted"]
    sum_amount: str
    count: int


class TransactionGroups(TypedDict, total=False):
    data: Required[list[TransactionGroup]]
    truncated: Required[bool]
    totals: list[TransactionGroup]


class TransactionPage(TypedDict, total=False):
    data: Required[list[Transaction]]
    page: Required[Page]


class TransactionSummary(TypedDict, total=False):
    user_id: Required[int]
    total_transactions: Required[int]
    total_amount: Required[float]
    average_transaction_amount: Required[float]


class TrialBalance(TypedDict, total=False):
    """One book as a whole: debits and credits of all its accounts, whose difference is zero."""

    bank_uid: Required[str]
    currency: Required[str]
    debit: Required[str]
    credit: Required[str]
    difference: Required[str]


class Usage(TypedDict, total=False):
    """What was used, when, by whom, and what that emitted."""

    id: Required[int]
    uid: str
    user_id: int | None
    usage_type_id: int
    usage_type: str
    usage_at: str
    amount: str
    unit: str
    emissions: str
    emissions_unit: str
    user_uid: str | None
    bank_uid: str | None
    usage_type_uid: str
    normalised_amount: str
    normalised_unit: str
    factor: str
    factor_version: int
    restated_emissions: str
    restated_factor: str
    restated_factor_version: int
    external_id: str | None
    recorded_at: str
    version: int


class UsageAnswer(TypedDict, total=False):
    """A usage as a command left it; `repriced` says that the factor was chosen anew."""

    usage_type_id: Required[int]
    usage_type: Required[str]
    usage_at: Required[str]
    amount: Required[str]
    unit: Required[str]
    normalised_amount: Required[str]
    normalised_unit: Required[str]
    factor: Required[str]
    factor_version: Required[int]
    emissions: Required[str]
    emissions_unit: Required[str]
    id: Required[int]
    uid: Required[str]
    version: Required[int]
    repriced: Required[bool]


class UsageChange(TypedDict, total=False):
    """What is to change of a usage; what is not given stays."""

    usage_type_id: int | str
    usage_at: str
    amount: str
    unit: str


class UsageFile(TypedDict, total=False):
    file: Required[bytes]
    source: Required[str]
    mode: Literal["all_or_nothing", "valid_only", "quarantine"]
    max_reject_ratio: str
    encoding: str
    delimiter: str
    sheet: str
    header_row: str
    columns: str
    ignore: str
    totals: str
    user: Required[str]
    profile: str
    preview: Literal["true", "false"]


class UsageGoal(TypedDict, total=False):
    """What banks mean to emit at most, by year and type."""

    id: Required[int]
    uid: str
    bank_uid: str
    usage_type_id: int
    year: int
    emissions: str
    status: Literal["active", "withdrawn"]
    created_at: str
    ended_at: str | None
    version: int


class UsageGoalPage(TypedDict, total=False):
    data: Required[list[UsageGoal]]
    page: Required[Page]


UsageGoalsStatusFilter = TypedDict(
    "UsageGoalsStatusFilter",
    {
        "eq": Literal["active", "withdrawn"],
        "ne": Literal["active", "withdrawn"],
        "in": str,
        "nin": str,
        "is_null": bool,
    },
    total=False,
)


class UsageGroup(TypedDict, total=False):
    """
    Parts of the key and measures as asked for, and by names that are identifiers: `sum:amount` is told as
    `sum_amount`, too. Those that are not named here are asked for by name.
    """

    user_id: int | None
    usage_type_id: int
    usage_at: str
    unit: str
    emissions_unit: str
    user_uid: str | None
    bank_uid: str | None
    sum_emissions: str
    sum_restated_emissions: str
    count: int


class UsageGroups(TypedDict, total=False):
    data: Required[list[UsageGroup]]
    truncated: Required[bool]
    totals: list[UsageGroup]


class UsagePage(TypedDict, total=False):
    data: Required[list[Usage]]
    page: Required[Page]


class UsageType(TypedDict, total=False):
    """What can be used, in which unit, and what a unit emits."""

    id: Required[int]
    uid: str
    name: str
    unit: str
    factor: Any
    emissions_unit: Any
    factor_version: Any
    valid_from: Any
    source: Any
    scope: Any
    region: Any
    year: Any
    status: Literal["active", "retired"]
    created_at: str
    ended_at: str | None
    version: int


class UsageTypeFactor(TypedDict, total=False):
    """The versions of every factor: each is valid until the next one begins."""

    id: Required[int]
    uid: str
    usage_type_uid: str
    factor_version: int
    factor: str
    emissions_unit: str
    valid_from: str
    source: str
    scope: int | None
    region: str | None
    year: int | None
    recorded_at: str
    version: int


class UsageTypeFactorPage(TypedDict, total=False):
    data: Required[list[UsageTypeFactor]]
    page: Required[Page]


class UsageTypeName(TypedDict, total=False):
    """What a type is to be called, in 1 to 200 characters."""

    name: Required[str]


class UsageTypePage(TypedDict, total=False):
    data: Required[list[UsageType]]
    page: Required[Page]


UsageTypesStatusFilter = TypedDict(
    "UsageTypesStatusFilter",
    {
        "eq": Literal["active", "retired"],
        "ne": Literal["active", "retired"],
        "in": str,
        "nin": str,
        "is_null": bool,
    },
    total=False,
)


class UsedPasskey(TypedDict, total=False):
    """What a passkey says (`PublicKeyCredential.toJSON()`)."""

    passkey: Required[dict[str, Any]]


class User(TypedDict, total=False):
    """Who may sign in, for which bank, and in which roles."""

    id: Required[int]
    uid: str
    email: str
    name: str
    bank_uid: str | None
    roles: str
    status: Literal["active", "deactivated"]
    registered_at: str
    version: int


class UserPage(TypedDict, total=False):
    data: Required[list[User]]
    page: Required[Page]


UuidFilter = TypedDict(
    "UuidFilter", {"eq": str, "ne": str, "in": str, "nin": str, "is_null": bool}, total=False
)


Verdict: TypeAlias = Literal["approve", "deny"]


class VersionHealth(TypedDict, total=False):
    """A version of a read model that other code makes, kept beside until it is retired."""

    version: Required[int]
    state: Required[str]
    position: Required[int]
    lag: Required[int]
    silent_s: Required[float | None]
    size: Required[int]


class WaitingRecord(TypedDict, total=False):
    """The proposal that waits for somebody else: what it is, and when it lapses."""

    id: Required[int]
    uid: Required[str]
    version: Required[int]
    kind: Required[str]
    summary: Required[str]
    expires_at: Required[str]


class WaysShown(TypedDict, total=False):
    """The ways of signing in that there are; `provider` is what the firm's own is called, if there is one."""

    provider: Required[str | None]
    single_user: Required[bool]


class WorkflowDefinition(TypedDict, total=False):
    """The workflows in every version that was taken into use."""

    id: Required[int]
    uid: str
    name: str
    workflow_version: int
    title: str
    steps: Any
    recorded_at: str
    version: int


class WorkflowDefinitionPage(TypedDict, total=False):
    data: Required[list[WorkflowDefinition]]
    page: Required[Page]


class WorkflowInstance(TypedDict, total=False):
    """How far each is who goes through a workflow."""

    id: Required[int]
    uid: str
    workflow: str
    workflow_version: int
    status: Literal["awaiting", "over"]
    awaited: Any
    awaited_of: Literal["applicant", "staff"] | None
    due_at: str | None
    is_late: bool
    outcome: str | None
    customer_uid: str | None
    started_at: str
    ended_at: str | None
    version: int


class Counts2(TypedDict, total=False):
    """Rows by `status`, whatever `status` is filtered by."""

    awaiting: Required[int]
    over: Required[int]


class WorkflowInstanceCountedPage(TypedDict, total=False):
    data: Required[list[WorkflowInstance]]
    page: Required[Page]
    counts: Required[Counts2]


WorkflowInstancesAwaitedOfFilter = TypedDict(
    "WorkflowInstancesAwaitedOfFilter",
    {
        "eq": Literal["applicant", "staff"],
        "ne": Literal["applicant", "staff"],
        "in": str,
        "nin": str,
        "is_null": bool,
    },
    total=False,
)


WorkflowInstancesStatusFilter = TypedDict(
    "WorkflowInstancesStatusFilter",
    {
        "eq": Literal["awaiting", "over"],
        "ne": Literal["awaiting", "over"],
        "in": str,
        "nin": str,
        "is_null": bool,
    },
    total=False,
)


RunFields: TypeAlias = Literal[
    "id",
    "uid",
    "kind",
    "source",
    "file_name",
    "status",
    "mode",
    "rows",
    "imported",
    "already_known",
    "corrected",
    "duplicates",
    "quarantined",
    "bad_rows",
    "code",
    "detail",
    "faults",
    "sums",
    "options",
    "bank_uid",
    "sha256",
    "size_bytes",
    "read_as",
    "proposal",
    "actor",
    "started_at",
    "finished_at",
    "duration_ms",
    "built_on",
    "reverted_at",
    "trigger",
    "location",
    "interval_start",
    "interval_end",
    "code_version",
    "steps",
    "version",
]


BankFields: TypeAlias = Literal[
    "id",
    "uid",
    "name",
    "location",
    "currency",
    "iban",
    "status",
    "created_at",
    "ended_at",
    "version",
]


UserFields: TypeAlias = Literal[
    "id", "uid", "email", "name", "bank_uid", "roles", "status", "registered_at", "version"
]


EventFields: TypeAlias = Literal[
    "position",
    "stream_id",
    "version",
    "name",
    "data",
    "actor",
    "correlation_id",
    "causation_id",
    "recorded_at",
]


UsageFields: TypeAlias = Literal[
    "id",
    "uid",
    "user_id",
    "usage_type_id",
    "usage_type",
    "usage_at",
    "amount",
    "unit",
    "emissions",
    "emissions_unit",
    "user_uid",
    "bank_uid",
    "usage_type_uid",
    "normalised_amount",
    "normalised_unit",
    "factor",
    "factor_version",
    "restated_emissions",
    "restated_factor",
    "restated_factor_version",
    "external_id",
    "recorded_at",
    "version",
]


class RunsFilters(TypedDict, total=False):
    id: IntegerFilter
    uid: UuidFilter
    kind: TextFilter
    source: TextFilter
    file_name: TextFilter
    status: ImportsStatusFilter
    mode: ImportsModeFilter
    rows: IntegerFilter
    imported: IntegerFilter
    already_known: IntegerFilter
    corrected: IntegerFilter
    duplicates: IntegerFilter
    quarantined: IntegerFilter
    bad_rows: IntegerFilter
    code: TextFilter
    detail: TextFilter
    bank_uid: UuidFilter
    sha256: TextFilter
    size_bytes: IntegerFilter
    actor: TextFilter
    started_at: TimeFilter
    finished_at: TimeFilter
    duration_ms: IntegerFilter
    built_on: UuidFilter
    reverted_at: TimeFilter
    trigger: TextFilter
    location: TextFilter
    interval_start: TimeFilter
    interval_end: TimeFilter
    code_version: TextFilter
    version: IntegerFilter


RunsBy: TypeAlias = Literal[
    "kind",
    "source",
    "status",
    "mode",
    "code",
    "bank_uid",
    "actor",
    "started_at",
    "started_at:day",
    "started_at:week",
    "started_at:month",
    "started_at:quarter",
    "started_at:year",
    "trigger",
    "code_version",
]


LetterFields: TypeAlias = Literal[
    "id",
    "uid",
    "recipient",
    "subject",
    "policy",
    "status",
    "reason",
    "reimbursement_uid",
    "message_id",
    "sent_at",
    "recorded_at",
    "correlation_id",
    "version",
]


MemberFields: TypeAlias = Literal[
    "id",
    "uid",
    "bank_id",
    "bank_uid",
    "user_uid",
    "first_name",
    "last_name",
    "email",
    "status",
    "created_at",
    "ended_at",
    "version",
]


RejectFields: TypeAlias = Literal[
    "id",
    "uid",
    "import_id",
    "kind",
    "source",
    "bank_uid",
    "row",
    "reason",
    "status",
    "cells",
    "raw",
    "faults",
    "amount",
    "currency",
    "became",
    "was_known",
    "quarantined_at",
    "changed_at",
    "actor",
    "version",
]


class BanksFilters(TypedDict, total=False):
    id: IntegerFilter
    uid: UuidFilter
    name: TextFilter
    location: TextFilter
    currency: TextFilter
    status: BanksStatusFilter
    created_at: TimeFilter
    ended_at: TimeFilter
    version: IntegerFilter


class UsersFilters(TypedDict, total=False):
    id: IntegerFilter
    uid: UuidFilter
    email: TextFilter
    name: TextFilter
    bank_uid: UuidFilter
    roles: TextFilter
    status: BanksStatusFilter
    registered_at: TimeFilter
    version: IntegerFilter


AccountFields: TypeAlias = Literal[
    "id",
    "uid",
    "bank_id",
    "bank_uid",
    "bank_member_id",
    "member_uid",
    "holder",
    "currency",
    "iban",
    "routing_number",
    "account_number",
    "payee_version",
    "payee_since",
    "duplicate_of",
    "status",
    "created_at",
    "ended_at",
    "version",
]


ExpenseFields: TypeAlias = Literal[
    "id",
    "uid",
    "departments",
    "project_name",
    "amount",
    "currency",
    "date",
    "member_name",
    "source",
    "import_id",
    "bank_uid",
    "recorded_at",
    "standing",
    "first_recorded",
    "reason",
    "version",
]


PaymentFields: TypeAlias = Literal[
    "id",
    "uid",
    "reimbursement_uid",
    "bank_uid",
    "bank_account_uid",
    "member_uid",
    "amount",
    "currency",
    "creditor_name",
    "creditor_account",
    "attempt",
    "payee_version",
    "status",
    "rail",
    "rail_reference",
    "batch_uid",
    "reason",
    "settled_on",
    "scheduled_at",
    "submitted_at",
    "changed_at",
    "version",
]


ProfileFields: TypeAlias = Literal[
    "id", "uid", "kind", "source", "options", "status", "actor", "confirmed_at", "version"
]


class EventsFilters(TypedDict, total=False):
    position: IntegerFilter
    stream_id: UuidFilter
    version: IntegerFilter
    name: TextFilter
    actor: TextFilter
    correlation_id: UuidFilter
    causation_id: UuidFilter
    recorded_at: TimeFilter


class UsagesFilters(TypedDict, total=False):
    id: IntegerFilter
    uid: UuidFilter
    user_id: IntegerFilter
    usage_type_id: IntegerFilter
    usage_type: TextFilter
    usage_at: TimeFilter
    amount: DecimalFilter
    unit: TextFilter
    emissions: DecimalFilter
    emissions_unit: TextFilter
    user_uid: UuidFilter
    bank_uid: UuidFilter
    usage_type_uid: UuidFilter
    normalised_amount: DecimalFilter
    normalised_unit: TextFilter
    factor: DecimalFilter
    factor_version: IntegerFilter
    restated_emissions: DecimalFilter
    restated_factor: DecimalFilter
    restated_factor_version: IntegerFilter
    external_id: TextFilter
    recorded_at: TimeFilter
    version: IntegerFilter


UsagesBy: TypeAlias = Literal[
    "user_id",
    "usage_type_id",
    "usage_at",
    "usage_at:day",
    "usage_at:week",
    "usage_at:month",
    "usage_at:quarter",
    "usage_at:year",
    "unit",
    "emissions_unit",
    "user_uid",
    "bank_uid",
]


CustomerFields: TypeAlias = Literal[
    "id", "uid", "first_name", "last_name", "date_of_birth", "registered_at", "version"
]


ProposalFields: TypeAlias = Literal[
    "id",
    "uid",
    "bank_id",
    "bank_uid",
    "kind",
    "summary",
    "terms",
    "user_uid",
    "status",
    "proposed_by",
    "proposed_by_name",
    "proposed_at",
    "expires_at",
    "decided_by",
    "decided_by_name",
    "decided_at",
    "reason",
    "version",
]


ReactionFields: TypeAlias = Literal[
    "id",
    "uid",
    "policy",
    "kind",
    "lane",
    "subject",
    "position",
    "correlation_id",
    "payload",
    "state",
    "failures",
    "last_error",
    "due_at",
    "digest",
    "decided_by",
    "created_at",
    "updated_at",
    "version",
]


class LettersFilters(TypedDict, total=False):
    id: IntegerFilter
    uid: UuidFilter
    recipient: TextFilter
    subject: TextFilter
    policy: TextFilter
    status: LettersStatusFilter
    reason: TextFilter
    reimbursement_uid: UuidFilter
    message_id: TextFilter
    sent_at: TimeFilter
    recorded_at: TimeFilter
    correlation_id: UuidFilter
    version: IntegerFilter


class MembersFilters(TypedDict, total=False):
    id: IntegerFilter
    uid: UuidFilter
    bank_id: IntegerFilter
    bank_uid: UuidFilter
    user_uid: UuidFilter
    first_name: TextFilter
    last_name: TextFilter
    email: TextFilter
    status: BankAdministratorsStatusFilter
    created_at: TimeFilter
    ended_at: TimeFilter
    version: IntegerFilter


class RejectsFilters(TypedDict, total=False):
    id: IntegerFilter
    uid: UuidFilter
    import_id: UuidFilter
    kind: TextFilter
    source: TextFilter
    bank_uid: UuidFilter
    row: IntegerFilter
    reason: TextFilter
    status: RejectsStatusFilter
    raw: TextFilter
    amount: DecimalFilter
    currency: TextFilter
    became: UuidFilter
    was_known: BooleanFilter
    quarantined_at: TimeFilter
    changed_at: TimeFilter
    actor: TextFilter
    version: IntegerFilter


RejectsBy: TypeAlias = Literal[
    "import_id",
    "kind",
    "source",
    "bank_uid",
    "reason",
    "status",
    "currency",
    "quarantined_at",
    "quarantined_at:day",
    "quarantined_at:week",
    "quarantined_at:month",
    "quarantined_at:quarter",
    "quarantined_at:year",
    "actor",
]


UsageGoalFields: TypeAlias = Literal[
    "id",
    "uid",
    "bank_uid",
    "usage_type_id",
    "year",
    "emissions",
    "status",
    "created_at",
    "ended_at",
    "version",
]


UsageTypeFields: TypeAlias = Literal[
    "id",
    "uid",
    "name",
    "unit",
    "factor",
    "emissions_unit",
    "factor_version",
    "valid_from",
    "source",
    "scope",
    "region",
    "year",
    "status",
    "created_at",
    "ended_at",
    "version",
]


class AccountsFilters(TypedDict, total=False):
    id: IntegerFilter
    uid: UuidFilter
    bank_id: IntegerFilter
    bank_uid: UuidFilter
    bank_member_id: IntegerFilter
    member_uid: UuidFilter
    holder: TextFilter
    currency: TextFilter
    payee_version: IntegerFilter
    payee_since: TimeFilter
    duplicate_of: UuidFilter
    status: BankAccountsStatusFilter
    created_at: TimeFilter
    ended_at: TimeFilter
    version: IntegerFilter


class ExpensesFilters(TypedDict, total=False):
    id: IntegerFilter
    uid: UuidFilter
    departments: TextFilter
    project_name: TextFilter
    amount: DecimalFilter
    currency: TextFilter
    date: DateFilter
    member_name: TextFilter
    source: TextFilter
    import_id: UuidFilter
    bank_uid: UuidFilter
    recorded_at: TimeFilter
    standing: ExpensesStandingFilter
    reason: TextFilter
    version: IntegerFilter


class PaymentsFilters(TypedDict, total=False):
    id: IntegerFilter
    uid: UuidFilter
    reimbursement_uid: UuidFilter
    bank_uid: UuidFilter
    bank_account_uid: UuidFilter
    member_uid: UuidFilter
    amount: DecimalFilter
    currency: TextFilter
    creditor_name: TextFilter
    attempt: IntegerFilter
    payee_version: IntegerFilter
    status: PaymentsStatusFilter
    rail: TextFilter
    rail_reference: TextFilter
    batch_uid: UuidFilter
    reason: TextFilter
    settled_on: DateFilter
    scheduled_at: TimeFilter
    submitted_at: TimeFilter
    changed_at: TimeFilter
    version: IntegerFilter


class ProfilesFilters(TypedDict, total=False):
    id: IntegerFilter
    uid: UuidFilter
    kind: TextFilter
    source: TextFilter
    status: ImportProfilesStatusFilter
    actor: TextFilter
    confirmed_at: TimeFilter
    version: IntegerFilter


ExpensesBy: TypeAlias = Literal[
    "departments",
    "project_name",
    "currency",
    "date",
    "date:day",
    "date:week",
    "date:month",
    "date:quarter",
    "date:year",
    "member_name",
    "source",
    "import_id",
    "bank_uid",
    "standing",
]


PaymentsBy: TypeAlias = Literal[
    "bank_uid",
    "member_uid",
    "currency",
    "status",
    "rail",
    "settled_on",
    "settled_on:day",
    "settled_on:week",
    "settled_on:month",
    "settled_on:quarter",
    "settled_on:year",
    "scheduled_at",
    "scheduled_at:day",
    "scheduled_at:week",
    "scheduled_at:month",
    "scheduled_at:quarter",
    "scheduled_at:year",
]


DelegationFields: TypeAlias = Literal[
    "id",
    "uid",
    "bank_id",
    "bank_uid",
    "administrator_uid",
    "to",
    "starts_on",
    "ends_on",
    "status",
    "created_at",
    "ended_at",
    "version",
]


ObligationFields: TypeAlias = Literal[
    "id",
    "uid",
    "reimbursement_uid",
    "bank_uid",
    "member_uid",
    "bank_account_uid",
    "payee_version",
    "amount",
    "currency",
    "status",
    "attempts",
    "payment_uid",
    "reason",
    "held_until",
    "incurred_at",
    "changed_at",
    "version",
]


class CustomersFilters(TypedDict, total=False):
    id: IntegerFilter
    uid: UuidFilter
    first_name: TextFilter
    last_name: TextFilter
    date_of_birth: DateFilter
    registered_at: TimeFilter
    version: IntegerFilter


class ProposalsFilters(TypedDict, total=False):
    id: IntegerFilter
    uid: UuidFilter
    bank_id: IntegerFilter
    bank_uid: UuidFilter
    kind: TextFilter
    user_uid: UuidFilter
    status: ProposalsStatusFilter
    proposed_by: UuidFilter
    proposed_by_name: TextFilter
    proposed_at: TimeFilter
    expires_at: TimeFilter
    decided_by: UuidFilter
    decided_by_name: TextFilter
    decided_at: TimeFilter
    reason: TextFilter
    version: IntegerFilter


class ReactionsFilters(TypedDict, total=False):
    id: IntegerFilter
    uid: UuidFilter
    policy: TextFilter
    kind: TextFilter
    lane: ReactionsLaneFilter
    subject: UuidFilter
    position: IntegerFilter
    correlation_id: UuidFilter
    state: ReactionsStateFilter
    failures: IntegerFilter
    last_error: TextFilter
    due_at: TimeFilter
    digest: UuidFilter
    decided_by: TextFilter
    created_at: TimeFilter
    updated_at: TimeFilter
    version: IntegerFilter


LedgerEntryFields: TypeAlias = Literal[
    "id",
    "uid",
    "bank_uid",
    "payment_uid",
    "reimbursement_uid",
    "occasion",
    "debit_account",
    "credit_account",
    "amount",
    "currency",
    "posted_at",
    "version",
]


PaymentCaseFields: TypeAlias = Literal[
    "id",
    "uid",
    "bank_uid",
    "payment_uid",
    "reimbursement_uid",
    "amount",
    "currency",
    "rail",
    "rail_reference",
    "payment_status",
    "reported",
    "detail",
    "status",
    "opened_at",
    "closed_at",
    "note",
    "outcome",
    "closed_by",
    "version",
]


TransactionFields: TypeAlias = Literal[
    "id",
    "uid",
    "transaction_id",
    "user_id",
    "amount",
    "currency",
    "transaction_date",
    "month",
    "source",
    "day",
    "import_id",
    "extra",
    "recorded_at",
    "standing",
    "first_recorded",
    "reason",
    "version",
]


class UsageGoalsFilters(TypedDict, total=False):
    id: IntegerFilter
    uid: UuidFilter
    bank_uid: UuidFilter
    usage_type_id: IntegerFilter
    year: IntegerFilter
    emissions: DecimalFilter
    status: UsageGoalsStatusFilter
    created_at: TimeFilter
    ended_at: TimeFilter
    version: IntegerFilter


class UsageTypesFilters(TypedDict, total=False):
    id: IntegerFilter
    uid: UuidFilter
    name: TextFilter
    unit: TextFilter
    status: UsageTypesStatusFilter
    created_at: TimeFilter
    ended_at: TimeFilter
    version: IntegerFilter


ExchangeRateFields: TypeAlias = Literal[
    "id",
    "uid",
    "bank_uid",
    "bank_id",
    "base",
    "quote",
    "value",
    "source",
    "day",
    "recorded_by",
    "confirmed_by",
    "recorded_at",
    "version",
]


PaymentBatchFields: TypeAlias = Literal[
    "id",
    "uid",
    "bank_uid",
    "message_id",
    "payments",
    "amount",
    "left_out",
    "currency",
    "sha256",
    "actor",
    "created_at",
    "status",
    "execution_on",
    "created_by",
    "released_by",
    "released_at",
    "voided_by",
    "voided_at",
    "reason",
    "version",
]


class DelegationsFilters(TypedDict, total=False):
    id: IntegerFilter
    uid: UuidFilter
    bank_id: IntegerFilter
    bank_uid: UuidFilter
    administrator_uid: UuidFilter
    to: UuidFilter
    starts_on: DateFilter
    ends_on: DateFilter
    status: DelegationsStatusFilter
    created_at: TimeFilter
    ended_at: TimeFilter
    version: IntegerFilter


class ObligationsFilters(TypedDict, total=False):
    id: IntegerFilter
    uid: UuidFilter
    reimbursement_uid: UuidFilter
    bank_uid: UuidFilter
    member_uid: UuidFilter
    bank_account_uid: UuidFilter
    payee_version: IntegerFilter
    amount: DecimalFilter
    currency: TextFilter
    status: ObligationsStatusFilter
    attempts: IntegerFilter
    payment_uid: UuidFilter
    reason: TextFilter
    held_until: TimeFilter
    incurred_at: TimeFilter
    changed_at: TimeFilter
    version: IntegerFilter


ObligationsBy: TypeAlias = Literal[
    "bank_uid",
    "member_uid",
    "currency",
    "status",
    "incurred_at",
    "incurred_at:day",
    "incurred_at:week",
    "incurred_at:month",
    "incurred_at:quarter",
    "incurred_at:year",
]


AdministratorFields: TypeAlias = Literal[
    "id",
    "uid",
    "bank_id",
    "bank_uid",
    "user_uid",
    "first_name",
    "last_name",
    "email",
    "approval_limit",
    "currency",
    "status",
    "created_at",
    "ended_at",
    "version",
]


ReimbursementFields: TypeAlias = Literal[
    "id",
    "uid",
    "status",
    "payment_status",
    "amount",
    "currency",
    "description",
    "incurred_on",
    "submitted_at",
    "amended_at",
    "withdrawn_at",
    "duplicate_of",
    "bank_id",
    "bank_uid",
    "bank_account_id",
    "bank_account_uid",
    "bank_member_id",
    "member_uid",
    "member_name",
    "endorsed_by",
    "endorsed_by_name",
    "endorsed_at",
    "decided_by",
    "decided_by_name",
    "decided_at",
    "policy_version",
    "four_eyes",
    "payee_version",
    "on_behalf_of",
    "reason",
    "payment_uid",
    "payment_reason",
    "paid_on",
    "version",
]


SecurityEventFields: TypeAlias = Literal[
    "id",
    "uid",
    "kind",
    "name",
    "stream_id",
    "user_uid",
    "bank_uid",
    "address",
    "detail",
    "actor",
    "recorded_at",
    "version",
]


class PaymentCasesFilters(TypedDict, total=False):
    id: IntegerFilter
    uid: UuidFilter
    bank_uid: UuidFilter
    payment_uid: UuidFilter
    reimbursement_uid: UuidFilter
    amount: DecimalFilter
    currency: TextFilter
    rail: TextFilter
    rail_reference: TextFilter
    payment_status: TextFilter
    reported: TextFilter
    detail: TextFilter
    status: BankAccountsStatusFilter
    opened_at: TimeFilter
    closed_at: TimeFilter
    note: TextFilter
    outcome: PaymentCasesOutcomeFilter
    closed_by: UuidFilter
    version: IntegerFilter


class TransactionsFilters(TypedDict, total=False):
    id: IntegerFilter
    uid: UuidFilter
    transaction_id: TextFilter
    user_id: IntegerFilter
    amount: DecimalFilter
    currency: TextFilter
    transaction_date: DateFilter
    month: DateFilter
    source: TextFilter
    day: DateFilter
    import_id: UuidFilter
    recorded_at: TimeFilter
    standing: ExpensesStandingFilter
    reason: TextFilter
    version: IntegerFilter


PaymentCasesBy: TypeAlias = Literal[
    "bank_uid",
    "currency",
    "rail",
    "payment_status",
    "reported",
    "status",
    "opened_at",
    "opened_at:day",
    "opened_at:week",
    "opened_at:month",
    "opened_at:quarter",
    "opened_at:year",
    "outcome",
]


TransactionsBy: TypeAlias = Literal[
    "user_id",
    "currency",
    "transaction_date",
    "transaction_date:day",
    "transaction_date:week",
    "transaction_date:month",
    "transaction_date:quarter",
    "transaction_date:year",
    "month",
    "month:day",
    "month:week",
    "month:month",
    "month:quarter",
    "month:year",
    "source",
    "day",
    "day:day",
    "day:week",
    "day:month",
    "day:quarter",
    "day:year",
    "import_id",
    "standing",
]


ServiceAccountFields: TypeAlias = Literal[
    "id", "uid", "name", "scopes", "bank_uid", "status", "created_at", "ended_at", "version"
]


class ExchangeRatesFilters(TypedDict, total=False):
    id: IntegerFilter
    uid: UuidFilter
    bank_uid: UuidFilter
    bank_id: IntegerFilter
    base: TextFilter
    quote: TextFilter
    value: DecimalFilter
    source: TextFilter
    day: DateFilter
    recorded_by: UuidFilter
    confirmed_by: UuidFilter
    recorded_at: TimeFilter
    version: IntegerFilter


class LedgerEntriesFilters(TypedDict, total=False):
    id: IntegerFilter
    uid: UuidFilter
    bank_uid: UuidFilter
    payment_uid: UuidFilter
    reimbursement_uid: UuidFilter
    occasion: LedgerEntriesOccasionFilter
    debit_account: LedgerEntriesCreditAccountFilter
    credit_account: LedgerEntriesCreditAccountFilter
    amount: DecimalFilter
    currency: TextFilter
    posted_at: TimeFilter
    version: IntegerFilter


ReactionsBy: TypeAlias = Literal["policy", "kind", "lane", "state"]


ExchangeRatesBy: TypeAlias = Literal[
    "bank_uid",
    "base",
    "quote",
    "day",
    "day:day",
    "day:week",
    "day:month",
    "day:quarter",
    "day:year",
]


LedgerEntriesBy: TypeAlias = Literal[
    "bank_uid",
    "occasion",
    "debit_account",
    "credit_account",
    "currency",
    "posted_at",
    "posted_at:day",
    "posted_at:week",
    "posted_at:month",
    "posted_at:quarter",
    "posted_at:year",
]


class AdministratorsFilters(TypedDict, total=False):
    id: IntegerFilter
    uid: UuidFilter
    bank_id: IntegerFilter
    bank_uid: UuidFilter
    user_uid: UuidFilter
    first_name: TextFilter
    last_name: TextFilter
    email: TextFilter
    approval_limit: DecimalFilter
    currency: TextFilter
    status: BankAdministratorsStatusFilter
    created_at: TimeFilter
    ended_at: TimeFilter
    version: IntegerFilter


class PaymentBatchesFilters(TypedDict, total=False):
    id: IntegerFilter
    uid: UuidFilter
    bank_uid: UuidFilter
    message_id: TextFilter
    payments: IntegerFilter
    amount: DecimalFilter
    left_out: IntegerFilter
    currency: TextFilter
    sha256: TextFilter
    actor: TextFilter
    created_at: TimeFilter
    status: PaymentBatchesStatusFilter
    execution_on: DateFilter
    created_by: UuidFilter
    released_by: UuidFilter
    released_at: TimeFilter
    voided_by: UuidFilter
    voided_at: TimeFilter
    reason: TextFilter
    version: IntegerFilter


class ReimbursementsFilters(TypedDict, total=False):
    id: IntegerFilter
    uid: UuidFilter
    status: ReimbursementsStatusFilter
    payment_status: ReimbursementsPaymentStatusFilter
    amount: DecimalFilter
    currency: TextFilter
    description: TextFilter
    incurred_on: DateFilter
    submitted_at: TimeFilter
    amended_at: TimeFilter
    withdrawn_at: TimeFilter
    duplicate_of: UuidFilter
    bank_id: IntegerFilter
    bank_uid: UuidFilter
    bank_account_id: IntegerFilter
    bank_account_uid: UuidFilter
    bank_member_id: IntegerFilter
    member_uid: UuidFilter
    member_name: TextFilter
    endorsed_by: UuidFilter
    endorsed_by_name: TextFilter
    endorsed_at: TimeFilter
    decided_by: UuidFilter
    decided_by_name: TextFilter
    decided_at: TimeFilter
    policy_version: IntegerFilter
    four_eyes: BooleanFilter
    payee_version: IntegerFilter
    on_behalf_of: UuidFilter
    reason: TextFilter
    payment_uid: UuidFilter
    payment_reason: TextFilter
    paid_on: DateFilter
    version: IntegerFilter


class SecurityEventsFilters(TypedDict, total=False):
    id: IntegerFilter
    uid: UuidFilter
    kind: SecurityEventsKindFilter
    name: TextFilter
    stream_id: UuidFilter
    user_uid: UuidFilter
    bank_uid: UuidFilter
    address: TextFilter
    detail: TextFilter
    actor: TextFilter
    recorded_at: TimeFilter
    version: IntegerFilter


ReimbursementsBy: TypeAlias = Literal[
    "status",
    "payment_status",
    "currency",
    "incurred_on",
    "incurred_on:day",
    "incurred_on:week",
    "incurred_on:month",
    "incurred_on:quarter",
    "incurred_on:year",
    "submitted_at",
    "submitted_at:day",
    "submitted_at:week",
    "submitted_at:month",
    "submitted_at:quarter",
    "submitted_at:year",
    "bank_id",
    "bank_uid",
    "bank_account_id",
    "bank_account_uid",
    "bank_member_id",
    "member_uid",
    "member_name",
    "decided_by",
    "decided_by_name",
    "decided_at",
    "decided_at:day",
    "decided_at:week",
    "decided_at:month",
    "decided_at:quarter",
    "decided_at:year",
    "paid_on",
    "paid_on:day",
    "paid_on:week",
    "paid_on:month",
    "paid_on:quarter",
    "paid_on:year",
]


SecurityEventsBy: TypeAlias = Literal["kind", "name", "bank_uid", "address", "detail", "actor"]


WorkflowInstanceFields: TypeAlias = Literal[
    "id",
    "uid",
    "workflow",
    "workflow_version",
    "status",
    "awaited",
    "awaited_of",
    "due_at",
    "is_late",
    "outcome",
    "customer_uid",
    "started_at",
    "ended_at",
    "version",
]


class ServiceAccountsFilters(TypedDict, total=False):
    id: IntegerFilter
    uid: UuidFilter
    name: TextFilter
    scopes: TextFilter
    bank_uid: UuidFilter
    status: BanksStatusFilter
    created_at: TimeFilter
    ended_at: TimeFilter
    version: IntegerFilter


UsageTypeFactorsFields: TypeAlias = Literal[
    "id",
    "uid",
    "usage_type_uid",
    "factor_version",
    "factor",
    "emissions_unit",
    "valid_from",
    "source",
    "scope",
    "region",
    "year",
    "recorded_at",
    "version",
]


class UsageTypeFactorsFilters(TypedDict, total=False):
    id: IntegerFilter
    uid: UuidFilter
    usage_type_uid: UuidFilter
    factor_version: IntegerFilter
    factor: DecimalFilter
    emissions_unit: TextFilter
    valid_from: TimeFilter
    source: TextFilter
    scope: IntegerFilter
    region: TextFilter
    year: IntegerFilter
    recorded_at: TimeFilter
    version: IntegerFilter


WorkflowDefinitionFields: TypeAlias = Literal[
    "id", "uid", "name", "workflow_version", "title", "steps", "recorded_at", "version"
]


class WorkflowInstancesFilters(TypedDict, total=False):
    id: IntegerFilter
    uid: UuidFilter
    workflow: TextFilter
    workflow_version: IntegerFilter
    status: WorkflowInstancesStatusFilter
    awaited_of: WorkflowInstancesAwaitedOfFilter
    due_at: TimeFilter
    is_late: BooleanFilter
    outcome: TextFilter
    customer_uid: UuidFilter
    started_at: TimeFilter
    ended_at: TimeFilter
    version: IntegerFilter


class WorkflowDefinitionsFilters(TypedDict, total=False):
    id: IntegerFilter
    uid: UuidFilter
    name: TextFilter
    workflow_version: IntegerFilter
    title: TextFilter
    recorded_at: TimeFilter
    version: IntegerFilter


class ListAccountsQuery(AccountsFilters, total=False):
    fields: list[AccountFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportAccountsCsvQuery(AccountsFilters, total=False):
    fields: list[AccountFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportAccountsNdjsonQuery(AccountsFilters, total=False):
    fields: list[AccountFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class GetAccountQuery(TypedDict, total=False):
    fields: list[AccountFields]


class ListAdministratorsQuery(AdministratorsFilters, total=False):
    fields: list[AdministratorFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportAdministratorsCsvQuery(AdministratorsFilters, total=False):
    fields: list[AdministratorFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportAdministratorsNdjsonQuery(AdministratorsFilters, total=False):
    fields: list[AdministratorFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class GetAdministratorQuery(TypedDict, total=False):
    fields: list[AdministratorFields]


class AskWithChallengeAnswer(TypedDict, total=False):
    pass


class AskForPasskeyAnswer(TypedDict, total=False):
    pass


class ListBanksQuery(BanksFilters, total=False):
    fields: list[BankFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportBanksCsvQuery(BanksFilters, total=False):
    fields: list[BankFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportBanksNdjsonQuery(BanksFilters, total=False):
    fields: list[BankFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ListBankAccountsQuery(AccountsFilters, total=False):
    fields: list[AccountFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportBankAccountsCsvQuery(AccountsFilters, total=False):
    fields: list[AccountFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportBankAccountsNdjsonQuery(AccountsFilters, total=False):
    fields: list[AccountFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ListBankAdministratorsQuery(AdministratorsFilters, total=False):
    fields: list[AdministratorFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportBankAdministratorsCsvQuery(AdministratorsFilters, total=False):
    fields: list[AdministratorFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportBankAdministratorsNdjsonQuery(AdministratorsFilters, total=False):
    fields: list[AdministratorFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ListBankExchangeRatesQuery(ExchangeRatesFilters, total=False):
    fields: list[ExchangeRateFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportBankExchangeRatesCsvQuery(ExchangeRatesFilters, total=False):
    fields: list[ExchangeRateFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportBankExchangeRatesNdjsonQuery(ExchangeRatesFilters, total=False):
    fields: list[ExchangeRateFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ListBankMembersQuery(MembersFilters, total=False):
    fields: list[MemberFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportBankMembersCsvQuery(MembersFilters, total=False):
    fields: list[MemberFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportBankMembersNdjsonQuery(MembersFilters, total=False):
    fields: list[MemberFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ListPaymentBatchesQuery(PaymentBatchesFilters, total=False):
    fields: list[PaymentBatchFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportPaymentBatchesCsvQuery(PaymentBatchesFilters, total=False):
    fields: list[PaymentBatchFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportPaymentBatchesNdjsonQuery(PaymentBatchesFilters, total=False):
    fields: list[PaymentBatchFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ListBankProposalsQuery(ProposalsFilters, total=False):
    fields: list[ProposalFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportBankProposalsCsvQuery(ProposalsFilters, total=False):
    fields: list[ProposalFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportBankProposalsNdjsonQuery(ProposalsFilters, total=False):
    fields: list[ProposalFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ListBankReimbursementsQuery(ReimbursementsFilters, total=False):
    include: Literal["withdrawn"]
    fields: list[ReimbursementFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportBankReimbursementsCsvQuery(ReimbursementsFilters, total=False):
    include: Literal["withdrawn"]
    fields: list[ReimbursementFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportBankReimbursementsNdjsonQuery(ReimbursementsFilters, total=False):
    include: Literal["withdrawn"]
    fields: list[ReimbursementFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class GetBankQuery(TypedDict, total=False):
    fields: list[BankFields]


class ListCustomersQuery(CustomersFilters, total=False):
    fields: list[CustomerFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportCustomersCsvQuery(CustomersFilters, total=False):
    fields: list[CustomerFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportCustomersNdjsonQuery(CustomersFilters, total=False):
    fields: list[CustomerFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class GetCustomerQuery(TypedDict, total=False):
    fields: list[CustomerFields]


class GetCustomerCashFlowQuery(TypedDict, total=False):
    months: int


class ListDelegationsQuery(DelegationsFilters, total=False):
    fields: list[DelegationFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportDelegationsCsvQuery(DelegationsFilters, total=False):
    fields: list[DelegationFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportDelegationsNdjsonQuery(DelegationsFilters, total=False):
    fields: list[DelegationFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class GetDelegationQuery(TypedDict, total=False):
    fields: list[DelegationFields]


class ListEtlRejectsQuery(RejectsFilters, total=False):
    fields: list[RejectFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportEtlRejectsCsvQuery(RejectsFilters, total=False):
    fields: list[RejectFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportEtlRejectsNdjsonQuery(RejectsFilters, total=False):
    fields: list[RejectFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class AggregateEtlRejectsQuery(RejectsFilters, total=False):
    by: list[RejectsBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class ExportEtlRejectsAggregatesCsvQuery(RejectsFilters, total=False):
    by: list[RejectsBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class ExportEtlRejectsAggregatesNdjsonQuery(RejectsFilters, total=False):
    by: list[RejectsBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class FacetEtlRejectsQuery(RejectsFilters, total=False):
    by: list[RejectsBy]
    measures: list[str]
    limit: int


class GetEtlRejectQuery(TypedDict, total=False):
    fields: list[RejectFields]


CorrectEtlRejectBody: TypeAlias = dict[str, str]


class ListRunsQuery(RunsFilters, total=False):
    fields: list[RunFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportRunsCsvQuery(RunsFilters, total=False):
    fields: list[RunFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportRunsNdjsonQuery(RunsFilters, total=False):
    fields: list[RunFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class AggregateRunsQuery(RunsFilters, total=False):
    by: list[RunsBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class ExportRunsAggregatesCsvQuery(RunsFilters, total=False):
    by: list[RunsBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class ExportRunsAggregatesNdjsonQuery(RunsFilters, total=False):
    by: list[RunsBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class FacetRunsQuery(RunsFilters, total=False):
    by: list[RunsBy]
    measures: list[str]
    limit: int


class ListRunRejectsQuery(RejectsFilters, total=False):
    fields: list[RejectFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportRunRejectsCsvQuery(RejectsFilters, total=False):
    fields: list[RejectFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportRunRejectsNdjsonQuery(RejectsFilters, total=False):
    fields: list[RejectFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class GetRunQuery(TypedDict, total=False):
    fields: list[RunFields]


class GetRunLogAnswer(TypedDict, total=False):
    data: Required[list[dict[str, Any]]]


class ListEventsQuery(EventsFilters, total=False):
    fields: list[EventFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportEventsCsvQuery(EventsFilters, total=False):
    fields: list[EventFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportEventsNdjsonQuery(EventsFilters, total=False):
    fields: list[EventFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class GetEventQuery(TypedDict, total=False):
    fields: list[EventFields]


class ListExchangeRatesQuery(ExchangeRatesFilters, total=False):
    fields: list[ExchangeRateFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportExchangeRatesCsvQuery(ExchangeRatesFilters, total=False):
    fields: list[ExchangeRateFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportExchangeRatesNdjsonQuery(ExchangeRatesFilters, total=False):
    fields: list[ExchangeRateFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class AggregateExchangeRatesQuery(ExchangeRatesFilters, total=False):
    by: list[ExchangeRatesBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class ExportExchangeRatesAggregatesCsvQuery(ExchangeRatesFilters, total=False):
    by: list[ExchangeRatesBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class ExportExchangeRatesAggregatesNdjsonQuery(ExchangeRatesFilters, total=False):
    by: list[ExchangeRatesBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class FacetExchangeRatesQuery(ExchangeRatesFilters, total=False):
    by: list[ExchangeRatesBy]
    measures: list[str]
    limit: int


class GetExchangeRateQuery(TypedDict, total=False):
    fields: list[ExchangeRateFields]


class ListExpensesQuery(ExpensesFilters, total=False):
    include: Literal["corrected"]
    fields: list[ExpenseFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportExpensesCsvQuery(ExpensesFilters, total=False):
    include: Literal["corrected"]
    fields: list[ExpenseFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportExpensesNdjsonQuery(ExpensesFilters, total=False):
    include: Literal["corrected"]
    fields: list[ExpenseFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class AggregateExpensesQuery(ExpensesFilters, total=False):
    include: Literal["corrected"]
    by: list[ExpensesBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class ExportExpensesAggregatesCsvQuery(ExpensesFilters, total=False):
    include: Literal["corrected"]
    by: list[ExpensesBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class ExportExpensesAggregatesNdjsonQuery(ExpensesFilters, total=False):
    include: Literal["corrected"]
    by: list[ExpensesBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class FacetExpensesQuery(ExpensesFilters, total=False):
    include: Literal["corrected"]
    by: list[ExpensesBy]
    measures: list[str]
    limit: int


class GetExpenseQuery(TypedDict, total=False):
    fields: list[ExpenseFields]


class ListImportsQuery(RunsFilters, total=False):
    fields: list[RunFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportImportsCsvQuery(RunsFilters, total=False):
    fields: list[RunFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportImportsNdjsonQuery(RunsFilters, total=False):
    fields: list[RunFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ListProfilesQuery(ProfilesFilters, total=False):
    fields: list[ProfileFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportProfilesCsvQuery(ProfilesFilters, total=False):
    fields: list[ProfileFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportProfilesNdjsonQuery(ProfilesFilters, total=False):
    fields: list[ProfileFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class GetProfileQuery(TypedDict, total=False):
    fields: list[ProfileFields]


class ListImportRejectsQuery(RejectsFilters, total=False):
    fields: list[RejectFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportImportRejectsCsvQuery(RejectsFilters, total=False):
    fields: list[RejectFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportImportRejectsNdjsonQuery(RejectsFilters, total=False):
    fields: list[RejectFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class GetImportQuery(TypedDict, total=False):
    fields: list[RunFields]


class GetImportLogAnswer(TypedDict, total=False):
    data: Required[list[dict[str, Any]]]


class GetLedgerBalancesQuery(TypedDict, total=False):
    as_of: str


class ListLedgerEntriesQuery(LedgerEntriesFilters, total=False):
    fields: list[LedgerEntryFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportLedgerEntriesCsvQuery(LedgerEntriesFilters, total=False):
    fields: list[LedgerEntryFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportLedgerEntriesNdjsonQuery(LedgerEntriesFilters, total=False):
    fields: list[LedgerEntryFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class AggregateLedgerEntriesQuery(LedgerEntriesFilters, total=False):
    by: list[LedgerEntriesBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class ExportLedgerEntriesAggregatesCsvQuery(LedgerEntriesFilters, total=False):
    by: list[LedgerEntriesBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class ExportLedgerEntriesAggregatesNdjsonQuery(LedgerEntriesFilters, total=False):
    by: list[LedgerEntriesBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class FacetLedgerEntriesQuery(LedgerEntriesFilters, total=False):
    by: list[LedgerEntriesBy]
    measures: list[str]
    limit: int


class GetLedgerEntryQuery(TypedDict, total=False):
    fields: list[LedgerEntryFields]


class ListLettersQuery(LettersFilters, total=False):
    fields: list[LetterFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportLettersCsvQuery(LettersFilters, total=False):
    fields: list[LetterFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportLettersNdjsonQuery(LettersFilters, total=False):
    fields: list[LetterFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class GetLetterQuery(TypedDict, total=False):
    fields: list[LetterFields]


class ListMembersQuery(MembersFilters, total=False):
    fields: list[MemberFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportMembersCsvQuery(MembersFilters, total=False):
    fields: list[MemberFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportMembersNdjsonQuery(MembersFilters, total=False):
    fields: list[MemberFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class GetMemberQuery(TypedDict, total=False):
    fields: list[MemberFields]


class ListObligationsQuery(ObligationsFilters, total=False):
    fields: list[ObligationFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportObligationsCsvQuery(ObligationsFilters, total=False):
    fields: list[ObligationFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportObligationsNdjsonQuery(ObligationsFilters, total=False):
    fields: list[ObligationFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class AggregateObligationsQuery(ObligationsFilters, total=False):
    by: list[ObligationsBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class ExportObligationsAggregatesCsvQuery(ObligationsFilters, total=False):
    by: list[ObligationsBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class ExportObligationsAggregatesNdjsonQuery(ObligationsFilters, total=False):
    by: list[ObligationsBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class FacetObligationsQuery(ObligationsFilters, total=False):
    by: list[ObligationsBy]
    measures: list[str]
    limit: int


class GetObligationQuery(TypedDict, total=False):
    fields: list[ObligationFields]


class GetPaymentBatchQuery(TypedDict, total=False):
    fields: list[PaymentBatchFields]


class ListPaymentsQuery(PaymentsFilters, total=False):
    fields: list[PaymentFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportPaymentsCsvQuery(PaymentsFilters, total=False):
    fields: list[PaymentFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportPaymentsNdjsonQuery(PaymentsFilters, total=False):
    fields: list[PaymentFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class AggregatePaymentsQuery(PaymentsFilters, total=False):
    by: list[PaymentsBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class ExportPaymentsAggregatesCsvQuery(PaymentsFilters, total=False):
    by: list[PaymentsBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class ExportPaymentsAggregatesNdjsonQuery(PaymentsFilters, total=False):
    by: list[PaymentsBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class ListPaymentCasesQuery(PaymentCasesFilters, total=False):
    fields: list[PaymentCaseFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportPaymentCasesCsvQuery(PaymentCasesFilters, total=False):
    fields: list[PaymentCaseFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportPaymentCasesNdjsonQuery(PaymentCasesFilters, total=False):
    fields: list[PaymentCaseFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class AggregatePaymentCasesQuery(PaymentCasesFilters, total=False):
    by: list[PaymentCasesBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class ExportPaymentCasesAggregatesCsvQuery(PaymentCasesFilters, total=False):
    by: list[PaymentCasesBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class ExportPaymentCasesAggregatesNdjsonQuery(PaymentCasesFilters, total=False):
    by: list[PaymentCasesBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class FacetPaymentCasesQuery(PaymentCasesFilters, total=False):
    by: list[PaymentCasesBy]
    measures: list[str]
    limit: int


class GetPaymentCaseQuery(TypedDict, total=False):
    fields: list[PaymentCaseFields]


class FacetPaymentsQuery(PaymentsFilters, total=False):
    by: list[PaymentsBy]
    measures: list[str]
    limit: int


class GetPaymentQuery(TypedDict, total=False):
    fields: list[PaymentFields]


class ListProposalsQuery(ProposalsFilters, total=False):
    fields: list[ProposalFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportProposalsCsvQuery(ProposalsFilters, total=False):
    fields: list[ProposalFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportProposalsNdjsonQuery(ProposalsFilters, total=False):
    fields: list[ProposalFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class GetProposalQuery(TypedDict, total=False):
    fields: list[ProposalFields]


class ListReactionsQuery(ReactionsFilters, total=False):
    fields: list[ReactionFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportReactionsCsvQuery(ReactionsFilters, total=False):
    fields: list[ReactionFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportReactionsNdjsonQuery(ReactionsFilters, total=False):
    fields: list[ReactionFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class AggregateReactionsQuery(ReactionsFilters, total=False):
    by: list[ReactionsBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class ExportReactionsAggregatesCsvQuery(ReactionsFilters, total=False):
    by: list[ReactionsBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class ExportReactionsAggregatesNdjsonQuery(ReactionsFilters, total=False):
    by: list[ReactionsBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class GetReactionQuery(TypedDict, total=False):
    fields: list[ReactionFields]


class ListReimbursementsQuery(ReimbursementsFilters, total=False):
    include: Literal["withdrawn"]
    fields: list[ReimbursementFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportReimbursementsCsvQuery(ReimbursementsFilters, total=False):
    include: Literal["withdrawn"]
    fields: list[ReimbursementFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportReimbursementsNdjsonQuery(ReimbursementsFilters, total=False):
    include: Literal["withdrawn"]
    fields: list[ReimbursementFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class AggregateReimbursementsQuery(ReimbursementsFilters, total=False):
    include: Literal["withdrawn"]
    by: list[ReimbursementsBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class ExportReimbursementsAggregatesCsvQuery(ReimbursementsFilters, total=False):
    include: Literal["withdrawn"]
    by: list[ReimbursementsBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class ExportReimbursementsAggregatesNdjsonQuery(ReimbursementsFilters, total=False):
    include: Literal["withdrawn"]
    by: list[ReimbursementsBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class FacetReimbursementsQuery(ReimbursementsFilters, total=False):
    include: Literal["withdrawn"]
    by: list[ReimbursementsBy]
    measures: list[str]
    limit: int


class GetReimbursementQuery(TypedDict, total=False):
    as_of: str
    fields: list[ReimbursementFields]


class ListRejectsQuery(RejectsFilters, total=False):
    fields: list[RejectFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportRejectsCsvQuery(RejectsFilters, total=False):
    fields: list[RejectFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportRejectsNdjsonQuery(RejectsFilters, total=False):
    fields: list[RejectFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class AggregateRejectsQuery(RejectsFilters, total=False):
    by: list[RejectsBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class ExportRejectsAggregatesCsvQuery(RejectsFilters, total=False):
    by: list[RejectsBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class ExportRejectsAggregatesNdjsonQuery(RejectsFilters, total=False):
    by: list[RejectsBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class FacetRejectsQuery(RejectsFilters, total=False):
    by: list[RejectsBy]
    measures: list[str]
    limit: int


class GetRejectQuery(TypedDict, total=False):
    fields: list[RejectFields]


CorrectRejectBody: TypeAlias = dict[str, str]


class ListSecurityEventsQuery(SecurityEventsFilters, total=False):
    fields: list[SecurityEventFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportSecurityEventsCsvQuery(SecurityEventsFilters, total=False):
    fields: list[SecurityEventFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportSecurityEventsNdjsonQuery(SecurityEventsFilters, total=False):
    fields: list[SecurityEventFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class AggregateSecurityEventsQuery(SecurityEventsFilters, total=False):
    by: list[SecurityEventsBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class ExportSecurityEventsAggregatesCsvQuery(SecurityEventsFilters, total=False):
    by: list[SecurityEventsBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class ExportSecurityEventsAggregatesNdjsonQuery(SecurityEventsFilters, total=False):
    by: list[SecurityEventsBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class FacetSecurityEventsQuery(SecurityEventsFilters, total=False):
    by: list[SecurityEventsBy]
    measures: list[str]
    limit: int


class GetSecurityEventQuery(TypedDict, total=False):
    fields: list[SecurityEventFields]


class ListServiceAccountsQuery(ServiceAccountsFilters, total=False):
    fields: list[ServiceAccountFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportServiceAccountsCsvQuery(ServiceAccountsFilters, total=False):
    fields: list[ServiceAccountFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportServiceAccountsNdjsonQuery(ServiceAccountsFilters, total=False):
    fields: list[ServiceAccountFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class GetServiceAccountQuery(TypedDict, total=False):
    fields: list[ServiceAccountFields]


class ListTransactionsQuery(TransactionsFilters, total=False):
    include: Literal["corrected"]
    fields: list[TransactionFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportTransactionsCsvQuery(TransactionsFilters, total=False):
    include: Literal["corrected"]
    fields: list[TransactionFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportTransactionsNdjsonQuery(TransactionsFilters, total=False):
    include: Literal["corrected"]
    fields: list[TransactionFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class AggregateTransactionsQuery(TransactionsFilters, total=False):
    include: Literal["corrected"]
    by: list[TransactionsBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class ExportTransactionsAggregatesCsvQuery(TransactionsFilters, total=False):
    include: Literal["corrected"]
    by: list[TransactionsBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class ExportTransactionsAggregatesNdjsonQuery(TransactionsFilters, total=False):
    include: Literal["corrected"]
    by: list[TransactionsBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class FacetTransactionsQuery(TransactionsFilters, total=False):
    include: Literal["corrected"]
    by: list[TransactionsBy]
    measures: list[str]
    limit: int


class GetTransactionQuery(TypedDict, total=False):
    fields: list[TransactionFields]


class GetTransactionSummaryQuery(TypedDict, total=False):
    from_: str
    to: str
    currency: str


class ListUsageGoalsQuery(UsageGoalsFilters, total=False):
    fields: list[UsageGoalFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportUsageGoalsCsvQuery(UsageGoalsFilters, total=False):
    fields: list[UsageGoalFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportUsageGoalsNdjsonQuery(UsageGoalsFilters, total=False):
    fields: list[UsageGoalFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class GetUsageGoalQuery(TypedDict, total=False):
    fields: list[UsageGoalFields]


class ListUsageTypesQuery(UsageTypesFilters, total=False):
    fields: list[UsageTypeFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportUsageTypesCsvQuery(UsageTypesFilters, total=False):
    fields: list[UsageTypeFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportUsageTypesNdjsonQuery(UsageTypesFilters, total=False):
    fields: list[UsageTypeFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class GetUsageTypeQuery(TypedDict, total=False):
    fields: list[UsageTypeFields]


class ListUsageTypeFactorsQuery(UsageTypeFactorsFilters, total=False):
    fields: list[UsageTypeFactorsFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportUsageTypeFactorsCsvQuery(UsageTypeFactorsFilters, total=False):
    fields: list[UsageTypeFactorsFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportUsageTypeFactorsNdjsonQuery(UsageTypeFactorsFilters, total=False):
    fields: list[UsageTypeFactorsFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ListUsagesQuery(UsagesFilters, total=False):
    basis: Literal["original", "restated"]
    fields: list[UsageFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportUsagesCsvQuery(UsagesFilters, total=False):
    basis: Literal["original", "restated"]
    fields: list[UsageFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportUsagesNdjsonQuery(UsagesFilters, total=False):
    basis: Literal["original", "restated"]
    fields: list[UsageFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class AggregateUsagesQuery(UsagesFilters, total=False):
    basis: Literal["original", "restated"]
    by: list[UsagesBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class ExportUsagesAggregatesCsvQuery(UsagesFilters, total=False):
    basis: Literal["original", "restated"]
    by: list[UsagesBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class ExportUsagesAggregatesNdjsonQuery(UsagesFilters, total=False):
    basis: Literal["original", "restated"]
    by: list[UsagesBy]
    measures: list[str]
    having: list[str]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    totals: bool
    fill: bool
    tz: str


class FacetUsagesQuery(UsagesFilters, total=False):
    basis: Literal["original", "restated"]
    by: list[UsagesBy]
    measures: list[str]
    limit: int


class GetUsageSeriesQuery(TypedDict, total=False):
    bucket: Literal["day", "week", "month"]
    group_by: Literal["usage_type"]
    tz: str
    from_: str
    to: str
    basis: Literal["original", "restated"]


class GetUsageQuery(TypedDict, total=False):
    fields: list[UsageFields]


class ListUsersQuery(UsersFilters, total=False):
    fields: list[UserFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportUsersCsvQuery(UsersFilters, total=False):
    fields: list[UserFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportUsersNdjsonQuery(UsersFilters, total=False):
    fields: list[UserFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class GetUserQuery(TypedDict, total=False):
    fields: list[UserFields]


class ListMonthlyTransactionsQuery(TypedDict, total=False):
    from_: str
    to: str
    currency: str


class ListWorkflowDefinitionsQuery(WorkflowDefinitionsFilters, total=False):
    fields: list[WorkflowDefinitionFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportWorkflowDefinitionsCsvQuery(WorkflowDefinitionsFilters, total=False):
    fields: list[WorkflowDefinitionFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportWorkflowDefinitionsNdjsonQuery(WorkflowDefinitionsFilters, total=False):
    fields: list[WorkflowDefinitionFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class GetWorkflowDefinitionQuery(TypedDict, total=False):
    fields: list[WorkflowDefinitionFields]


class ListWorkflowInstancesQuery(WorkflowInstancesFilters, total=False):
    fields: list[WorkflowInstanceFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int
    cursor: str
    count: Literal["none", "exact", "estimated"]


class ExportWorkflowInstancesCsvQuery(WorkflowInstancesFilters, total=False):
    fields: list[WorkflowInstanceFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class ExportWorkflowInstancesNdjsonQuery(WorkflowInstancesFilters, total=False):
    fields: list[WorkflowInstanceFields]
    sort: list[str]
    order: list[Literal["asc", "desc"]]
    limit: int


class GetWorkflowInstanceQuery(TypedDict, total=False):
    fields: list[WorkflowInstanceFields]


class AccountBalance(TypedDict, total=False):
    """One account of one book: all that was debited and credited, and the debits less the credits."""

    bank_uid: Required[str]
    currency: Required[str]
    account: Required[BookAccount]
    number: Required[str]
    kind: Required[str]
    debit: Required[str]
    credit: Required[str]
    balance: Required[str]


class AccountPage(TypedDict, total=False):
    data: Required[list[Account]]
    page: Required[Page]


class AdministratorPage(TypedDict, total=False):
    data: Required[list[Administrator]]
    page: Required[Page]


class BankPage(TypedDict, total=False):
    data: Required[list[Bank]]
    page: Required[Page]


class Caller(TypedDict, total=False):
    """Who is calling; `permissions` are what the roles hold. Only a local operator has no uid."""

    uid: Required[str | None]
    name: Required[str]
    bank_uid: Required[str | None]
    roles: Required[list[Role]]
    permissions: Required[list[Permission]]


class CaseFinding(TypedDict, total=False):
    """What came of a case, in 1 to 500 characters; `settled_on` is the day the money arrived, if it did after all."""

    note: Required[str]
    outcome: CaseOutcome
    settled_on: str | None


class CataloguedEvent(TypedDict, total=False):
    """One name in the log."""

    name: Required[str]
    subject: Required[str]
    version: Required[int]
    read_as: Required[str]
    meaning: Required[str]
    stream: Required[EventStream]
    appended_by: Required[AppendedBy]
    taken_in_by: Required[TakenInBy]
    schema: Required[str]


class CustomerPage(TypedDict, total=False):
    data: Required[list[Customer]]
    page: Required[Page]


class DecisionResult(TypedDict, total=False):
    """What became of one decision: the claim as it is now, or the problem."""

    reimbursement_id: Required[int | str]
    status: Required[int]
    reimbursement: Reimbursement
    problem: Problem


class DecisionResults(TypedDict, total=False):
    data: Required[list[DecisionResult]]
    decided: Required[int]
    refused: Required[int]


class DelegationPage(TypedDict, total=False):
    data: Required[list[Delegation]]
    page: Required[Page]


class EtlRejectPage(TypedDict, total=False):
    data: Required[list[EtlReject]]
    page: Required[Page]


class EventCatalogue(TypedDict, total=False):
    """Every event that this code can read, in the order of the names."""

    data: Required[list[CataloguedEvent]]


class EventPage(TypedDict, total=False):
    data: Required[list[Event]]
    page: Required[Page]


class ExchangeRatePage(TypedDict, total=False):
    data: Required[list[ExchangeRate]]
    page: Required[Page]


class ExpensePage(TypedDict, total=False):
    data: Required[list[Expense]]
    page: Required[Page]


class Facet(TypedDict, total=False):
    name: Required[str]
    values: Required[list[FacetValue]]
    truncated: Required[bool]


class FieldShown(TypedDict, total=False):
    """A field: what is not `shown` is told only where `fields` names it."""

    name: Required[str]
    description: Required[str]
    type: Required[FieldType]
    nullable: Required[bool]
    operators: Required[list[Operator]]
    choices: Required[list[str]]
    groupable: Required[bool]
    measurable: Required[bool]
    money: Required[bool]
    sortable: Required[bool]
    shown: Required[bool]


class GoalProgress(TypedDict, total=False):
    """A goal and the twelve months of its year."""

    uid: Required[str]
    usage_type_id: Required[int]
    year: Required[int]
    goal: Required[str]
    actual: Required[str]
    emissions_unit: Required[str]
    months: Required[list[MonthOfGoal]]


class ImportEnded(TypedDict, total=False):
    """
    What became of the file: each row is imported, known already, corrected (it was known with other values), a
    duplicate of one before it in the file, quarantined, or bad and left out (see `faults`).
    """

    import_id: Required[str]
    status: Required[str]
    source: Required[str]
    file_name: Required[str]
    sha256: Required[str]
    size_bytes: Required[int]
    mode: Required[ImportMode]
    rows: Required[int]
    imported: Required[int]
    already_known: Required[int]
    bad_rows: Required[int]
    faults: Required[list[RowFault]]
    started_at: Required[str]
    finished_at: Required[str]
    read_as: dict[str, str]
    corrected: int
    duplicates: int
    quarantined: int
    sums: dict[str, CurrencySums]
    proposal: dict[str, str]


class ImportPage(TypedDict, total=False):
    data: Required[list[Import]]
    page: Required[Page]


class KeysShown(TypedDict, total=False):
    """The keys of a service account, the newest first."""

    data: Required[list[ShownKey]]


class LedgerBalances(TypedDict, total=False):
    """Balances of every account of every book: debits less credits."""

    as_of: Required[str | None]
    data: Required[list[AccountBalance]]
    trial_balance: Required[list[TrialBalance]]


class LedgerEntryPage(TypedDict, total=False):
    data: Required[list[LedgerEntry]]
    page: Required[Page]


class LetterPage(TypedDict, total=False):
    data: Required[list[Letter]]
    page: Required[Page]


class MemberPage(TypedDict, total=False):
    data: Required[list[Member]]
    page: Required[Page]


class NewReplay(TypedDict, total=False):
    """What the log is to be replayed for."""

    purpose: Required[Purpose]


class NewUsages(TypedDict, total=False):
    """Usages to record, 1,000 at most."""

    usages: Required[list[SentUsage]]


class ObligationCountedPage(TypedDict, total=False):
    data: Required[list[Obligation]]
    page: Required[Page]
    counts: Required[Counts]


class OneDecision(TypedDict, total=False):
    """What is decided about one claim, named by its id or uid. To deny it takes a `reason`."""

    reimbursement_id: Required[int | str]
    decision: Required[Verdict]
    reason: str
    acknowledge_duplicates: bool
    on_behalf_of: int | str | None
    if_version: int | None


class OpenSession(TypedDict, total=False):
    """A session as its user sees it: with what and by which way it began, and when tokens were issued for it last."""

    uid: Required[str]
    client: Required[str]
    way: Required[SignInWay]
    started_at: Required[str]
    used_at: Required[str]
    expires_at: Required[str]


class PolicyChange(TypedDict, total=False):
    """What is to change of a policy; what is not given stays. `tiers` replaces all that there were."""

    four_eyes: bool
    tiers: list[Tier]
    hold_hours: int
    splitting_days: int
    remind_days: int


class PolicyVersion(TypedDict, total=False):
    """One version of a policy: by whom it was set and confirmed (null: at the machine), and when it came into force."""

    four_eyes: bool
    tiers: list[Tier]
    hold_hours: int
    splitting_days: int
    remind_days: int
    version: int
    set_by: str | None
    confirmed_by: str | None
    set_at: str | None


class PolicyVersions(TypedDict, total=False):
    """Every version of a bank's policy, the one in force first."""

    data: Required[list[PolicyVersion]]


class PreviewRow(TypedDict, total=False):
    """One row of a preview; `faults` are those of the row as a whole."""

    row: Required[int]
    cells: list[PreviewCell]
    faults: list[RowFault]


class ProjectionHealth(TypedDict, total=False):
    """Where a read model stands: `lag` is how many log positions it has not read yet, `lag_s` the age of the first."""

    name: Required[str]
    version: Required[int]
    state: Required[str]
    position: Required[int]
    lag: Required[int]
    lag_s: Required[float]
    silent_s: Required[float | None]
    error: Required[str | None]
    others: list[VersionHealth]


class Ready(TypedDict, total=False):
    """What a request needs is there."""

    status: Required[str]
    database: Required[str]
    disk: Required[str]
    migrations: Required[str]
    epoch: Required[str]
    projections: Required[list[ProjectionHealth]]
    reactions: Required[ReactionCounts]


class Replay(TypedDict, total=False):
    """What was asked of a projector for one read model, and how far it is: at `position` of the log, up to `until`."""

    projection: Required[str]
    version: Required[int]
    purpose: Required[Purpose]
    state: Required[ReplayState]
    asked_by: Required[str]
    asked_at: Required[str]
    began_at: Required[str | None]
    ended_at: Required[str | None]
    position: Required[int]
    until: Required[int]
    differing: Required[list[str] | None]
    error: Required[str | None]


class ReplayAnswer(TypedDict, total=False):
    """What became of each; `next` is the `after` of the next request, null if there are no more."""

    data: Required[list[ReplayOutcome]]
    replayed: Required[int]
    already_replayed: Required[int]
    failed: Required[int]
    next: int | None


class ReplaysShown(TypedDict, total=False):
    """The last of each purpose and read model."""

    data: Required[list[Replay]]


class Series(TypedDict, total=False):
    """Emissions per bucket, the oldest first, none left out."""

    data: Required[list[Bucket]]
    total: Required[SeriesTotal]
    bucket: Required[str]
    tz: Required[str]
    basis: Required[str]
    emissions_unit: str


class SessionsShown(TypedDict, total=False):
    """The caller's sessions, the newest first; `current` is that of the access token."""

    data: Required[list[OpenSession]]
    current: Required[str | None]


class CollectionShown(TypedDict, total=False):
    """
    A collection: what is served beside its list, the `key` of its records, and what parameters may name
    (`hidden`: that of `include`).
    """

    name: Required[str]
    noun: Required[str]
    path: Required[str]
    title: Required[str]
    key: Required[str]
    record: Required[bool]
    history: Required[bool]
    aggregates: Required[bool]
    facets: Required[bool]
    default_sort: Required[str]
    hidden: Required[str | None]
    bases: Required[list[str]]
    counted_by: Required[str | None]
    fields: Required[list[FieldShown]]
    groups: Required[list[str]]
    measures: Required[list[str]]


class CollectionsShown(TypedDict, total=False):
    """By path."""

    data: Required[list[CollectionShown]]


class Decisions(TypedDict, total=False):
    """Up to 100 decisions, which are made one after the other."""

    decisions: Required[list[OneDecision]]


class EtlRejectFacets(TypedDict, total=False):
    data: Required[list[Facet]]


ExchangeRateFacets: TypeAlias = EtlRejectFacets


ExpenseFacets: TypeAlias = EtlRejectFacets


class ImportPreview(TypedDict, total=False):
    """How a file would be read; nothing was recorded."""

    profile: Required[NewProfile]
    guesses: Required[list[Guess]]
    read_as: Required[dict[str, str]]
    rows: Required[list[PreviewRow]]


LedgerEntryFacets: TypeAlias = EtlRejectFacets


ObligationFacets: TypeAlias = EtlRejectFacets


PaymentCaseFacets: TypeAlias = EtlRejectFacets


PaymentFacets: TypeAlias = EtlRejectFacets


ReimbursementFacets: TypeAlias = EtlRejectFacets


RejectFacets: TypeAlias = EtlRejectFacets


RunFacets: TypeAlias = EtlRejectFacets


SecurityEventFacets: TypeAlias = EtlRejectFacets


TransactionFacets: TypeAlias = EtlRejectFacets


UsageFacets: TypeAlias = EtlRejectFacets
