"""Files of statements: what their columns hold, and which month a row is."""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from uuid import UUID

from application.shared.import_kinds import (
    AMOUNT,
    MONTH,
    SPENT,
    FileColumn,
    FileLimits,
    ImportKind,
    Reference,
)
from application.shared.permissions import Permission
from domain.customers import CustomerRegistered
from domain.shared.errors import Fault, Invalid
from domain.statements import MonthRecorded, month_uid, sane_month, told_otherwise, whole

NOBODY = UUID(int=0)
"""Whose statement it is as long as it is only read."""


def _facts(_: str, refers_to: Mapping[str, UUID]) -> Callable[..., MonthRecorded]:
    customer_uid = refers_to.get("customer", NOBODY)

    def fact(
        month: dt.date, income: tuple[Decimal, str], expenses: tuple[Decimal, str]
    ) -> MonthRecorded:
        if income[1] != expenses[1]:
            raise _two_currencies(income[1], expenses[1])
        return MonthRecorded(
            customer_uid=customer_uid,
            month=month,
            income=income[0],
            expenses=expenses[0],
            currency=income[1],
        )

    return fact


def _two_currencies(income: str, expenses: str) -> Invalid:
    detail = f"it is in {expenses}, and the income in {income}"
    fault = Fault(detail=detail, code="several_currencies", pointer="/expenses", got=expenses)
    return Invalid(detail, faults=[fault])


KIND = ImportKind(
    name="statements",
    noun="month",
    permission=Permission.STATEMENTS_IMPORT,
    columns=(
        FileColumn(
            name="month",
            cell=MONTH,
            rule=sane_month,
            example="2026-10",
            also=(
                *("months", "date", "period", "month ending", "month end", "month and year"),
                *("monat", "monate", "zeitraum", "mois", "période", "periode", "date du mois"),
                *("mes", "meses", "período", "periodo", "fecha", "maand", "maanden"),
                *("miesiąc", "miesiac", "okres", "data", "datum", "mese", "mês", "månad", "måned"),
                *("měsíc", "monat jahr", "monat und jahr", "mois et année"),
            ),
        ),
        FileColumn(
            name="income",
            cell=AMOUNT,
            example="€2500.00",
            also=(
                *("total income", "monthly income", "incomes", "revenue", "revenues", "earnings"),
                *(
                    "money in",
                    "in",
                    "inflow",
                    "inflows",
                    "cash in",
                    "receipts",
                    "credit",
                    "credits",
                ),
                *("einnahmen", "einnahme", "einkommen", "einkünfte", "erträge", "eingänge"),
                *("gesamteinnahmen", "revenus", "revenu", "recettes", "entrées", "encaissements"),
                *("ingresos", "ingreso", "entradas", "ingresos totales", "inkomsten", "inkomen"),
                *("ontvangsten", "przychody", "przychód", "dochody", "dochód", "wpływy", "wpływ"),
                *("entrate", "ricavi", "receitas", "receita", "inkomster", "inkomst", "indtægter"),
                *("inntekter", "inntekt", "příjmy", "příjem"),
            ),
        ),
        FileColumn(
            name="expenses",
            cell=SPENT,
            example="€1800.00",
            also=(
                *("expense", "total expenses", "monthly expenses", "expenditure", "expenditures"),
                *("spending", "spend", "spent", "costs", "cost", "money out", "out", "outflow"),
                *("outflows", "cash out", "payments", "outgoings", "debit", "debits"),
                *("ausgaben", "ausgabe", "kosten", "aufwand", "aufwendungen", "ausgänge"),
                *("gesamtausgaben", "dépenses", "dépense", "sorties", "décaissements", "charges"),
                *("gastos", "gasto", "egresos", "salidas", "gastos totales", "uitgaven", "lasten"),
                *("wydatki", "wydatek", "koszty", "rozchody", "wypływy", "uscite", "spese"),
                *("despesas", "despesa", "utgifter", "utgift", "kostnader", "udgifter", "výdaje"),
            ),
        ),
    ),
    event=MonthRecorded,
    facts=_facts,
    uid=lambda fact, _: month_uid(fact).hex,
    amend=lambda facts, fact, _: told_otherwise(facts, fact),
    whole=whole,
    limits=FileLimits(
        bytes_max=5_000_000,
        rows_max=10_000,
        cells_max=60_000,
        unpacked_bytes_max=10_000_000,
        strings_bytes_max=2_000_000,
        is_macro_free=True,
    ),
    passed_over=(
        *("net", "net income", "net cash flow", "cash flow", "balance", "closing balance"),
        *("opening balance", "running balance", "difference", "surplus", "savings", "saldo"),
        *("netto", "differenz", "überschuss", "kontostand", "solde", "épargne", "différence"),
        *("ahorro", "ahorros", "diferencia", "verschil", "bilans", "różnica", "oszczędności"),
    ),
    references=(
        Reference(
            name="customer",
            description="The uid of the customer whose statement it is.",
            opened_by=CustomerRegistered,
            is_required=True,
        ),
    ),
    # What else stands in such a workbook is not ours to keep.
    defaults={
        "ignore": "*",
        "totals": "total;totals;sum;average;mean;summe;gesamt;gesamtsumme;durchschnitt;somme;moyenne;suma;promedio;"
        "media;totaal;gemiddelde;razem;średnia;totale;soma;summa;celkem;ytd",
    },
)
