"""Files of expenses: what their columns hold, and which fact a row is."""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from uuid import UUID

from application.shared.import_kinds import AMOUNT, DATE, FileColumn, ImportKind, Reference
from application.shared.permissions import Permission
from domain.banks.banks import BankOpened
from domain.expenses import RESERVED_SOURCES, ExpenseRecorded, sane_date, uid_hex


def _measure(fact: ExpenseRecorded) -> tuple[str, Decimal]:
    return fact.currency, fact.amount


def _facts(source: str, refers_to: Mapping[str, UUID]) -> Callable[..., ExpenseRecorded]:
    bank_uid = refers_to.get("bank")

    def fact(
        departments: str,
        project_name: str,
        amount: tuple[Decimal, str],
        date: dt.date,
        member_name: str,
    ) -> ExpenseRecorded:
        # Each value is in its normal form already, so this is what `domain.expenses.recorded` would make of it.
        return ExpenseRecorded(
            source=source,
            departments=departments,
            project_name=project_name,
            amount=amount[0],
            currency=amount[1],
            date=date,
            member_name=member_name,
            bank_uid=bank_uid,
        )

    return fact


KIND = ImportKind(
    name="expenses",
    noun="expense",
    permission=Permission.EXPENSES_IMPORT,
    columns=(
        FileColumn(
            name="departments",
            example="IT",
            also=("abteilung", "département", "departamento", "cost_center", "kostenstelle"),
        ),
        FileColumn(
            name="project_name",
            example="Mars-NS1",
            also=("projekt", "project", "projet", "proyecto"),
        ),
        FileColumn(
            name="amount",
            cell=AMOUNT,
            example="1,200.00€",
            also=("betrag", "montant", "importe", "bedrag", "sum", "total", "value", "price"),
        ),
        FileColumn(
            name="date",
            cell=DATE,
            rule=sane_date,
            example="10/2/2021",
            also=("datum", "fecha", "data", "day", "belegdatum", "transaction_date"),
        ),
        FileColumn(
            name="member_name",
            example="Sam",
            also=("mitarbeiter", "employee", "name", "person", "nom", "nombre", "who"),
        ),
    ),
    event=ExpenseRecorded,
    facts=_facts,
    uid=uid_hex,
    measure=_measure,
    references=(
        Reference(
            name="bank",
            description="The uid of the bank whose people see the expenses; only operators do without it.",
            opened_by=BankOpened,
        ),
    ),
    reserved_sources=RESERVED_SOURCES,
)
