"""`daybook policies` and `daybook audit`: what it takes to have a claim paid, and whether it did each time."""

from typing import IO

import click
import msgspec

from application.reimbursements.policies import ApprovalPolicies, PolicyChange, PolicyVersion
from application.shared.auditing import Audit, Finding, audit_decisions
from application.shared.commands import Call
from application.shared.permissions import THE_LOCAL_OPERATOR
from application.shared.services import Services
from domain.shared.errors import Malformed
from interfaces.cli.shared.composition import answered, command_cause, composed
from interfaces.cli.shared.errors import FAILED, DaybookGroup
from interfaces.cli.shared.progress import replaying

_ENCODE = msgspec.json.Encoder(decimal_format="string").encode


@click.group(
    cls=DaybookGroup,
    epilog="""\b
Examples:
  daybook policies show 41
  echo '{"four_eyes": false}' | daybook policies set 41 -""",
)
def policies() -> None:
    """What it takes at a bank to have a claim paid."""


@policies.command(epilog="\b\nExample:\n  daybook policies show 41")
@click.argument("bank")
def show(bank: str) -> None:
    """Print every version of the policy of BANK (its id or uid) as a line of JSON, the one in force first."""

    async def versions(services: Services) -> list[PolicyVersion]:
        return await services.of(ApprovalPolicies).versions(bank, THE_LOCAL_OPERATOR)

    with composed("policies show") as services:
        for version in answered(services, versions):
            click.echo(_ENCODE(version).decode())


@policies.command(
    name="set",
    epilog="""\b
Example:
  daybook policies set 41 - <<< '{"splitting_days": 14, "tiers": [{"currency": "EUR", "up_to": "1000"},
    {"approvals": 2, "roles": ["administrator", "operator"]}]}'""",
)
@click.argument("bank")
@click.argument("file", type=click.File())
def set_(bank: str, file: IO[str]) -> None:
    """Put the policy in FILE in force at BANK, at once; what the file does not name stays.

    It is JSON with any of four_eyes, tiers, hold_hours, splitting_days and remind_days. A tier has a currency and
    up_to (none of them: for the rest), approvals (1 to 3) and roles (administrator, operator).
    """
    change = _read(file.read())

    async def put(services: Services) -> PolicyVersion:
        policies = services.of(ApprovalPolicies)
        call = Call(principal=THE_LOCAL_OPERATOR, cause=command_cause(services.new_id()))
        await policies.set(bank, change, call)
        return (await policies.versions(bank, THE_LOCAL_OPERATOR))[0]

    with composed("policies set") as services:
        policy = answered(services, put)
    click.echo(
        f"Version {policy.version} is in force{'' if policy.four_eyes else ', without four eyes'}."
    )


def _read(text: str) -> PolicyChange:
    try:
        return msgspec.json.decode(text, type=PolicyChange)
    except msgspec.DecodeError as error:
        raise Malformed(f"the policy cannot be read: {error}") from error


@click.group(cls=DaybookGroup)
def audit() -> None:
    """Hold what was decided against the rules."""


@audit.command(
    epilog="""\b
Examples:
  daybook audit decisions
  daybook audit decisions --json | jq .code"""
)
@click.option("--json", "as_json", is_flag=True, help="A line of JSON per finding, and no report.")
def decisions(as_json: bool) -> None:
    """Make anew, out of what stands before it, each decision about a claim, each confirmation of a proposal and each
    release of a batch, and name what does not hold.

    Exit code 1 if there is any.
    """
    with composed("audit decisions") as services, replaying("Auditing") as progress:
        audited = audit_decisions(services.log, progress)
    for finding in audited.findings:
        click.echo(_ENCODE(finding).decode() if as_json else _line(finding))
    if not as_json:
        _report(audited)
    if audited.findings:
        raise SystemExit(FAILED)


def _line(finding: Finding) -> str:
    about = f"position {finding.position:>10}  {finding.about} {finding.uid}"
    return f"  {about}  {finding.code}: {finding.detail}"


def _report(audited: Audit) -> None:
    for bank_uid, number in audited.alone.items():
        click.echo(f"Without four eyes: {number:,} decisions at the bank {bank_uid}.")
    if audited.unruled:
        click.echo(f"Older than policies, held against limits and roles: {audited.unruled:,}.")
    if audited.by_appointees:
        click.echo(
            f"Confirmed by somebody whom the proposer had appointed: {audited.by_appointees:,}."
        )
    click.echo(
        f"Confirmations of proposals: {audited.confirmations:,}, releases of batches: {audited.releases:,}."
    )
    click.echo(
        f"Up to position {audited.position:,} there are {audited.decisions:,} decisions: "
        f"{len(audited.findings):,} do not hold."
    )
