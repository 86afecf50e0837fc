import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useMay } from "../shared/api/me";
import { Button } from "../shared/ui/Button";
import { Page } from "../shared/ui/Page";
import { Shown } from "../shared/ui/States";
import { Thing } from "../shared/ui/Thing";
import { Timeline } from "../shared/ui/Timeline";
import { Day, Facts, Moment, Money, type Mood, Status } from "../shared/ui/values";
import { useWords } from "../shared/words";
import { CorrectDialog } from "./CorrectDialog";
import "./expenses.css";
import { type Expense, expenseQuery } from "./queries";
import { VoidDialog } from "./VoidDialog";

const MOODS: Record<Expense["standing"], Mood> = {
  recorded: "good",
  corrected: "wait",
  voided: "bad",
  reverted: "bad",
};

/** One expense: what it says, what became of it, and what may be done about it. */
export function ExpensePage() {
  const words = useWords("expenses");
  const { id } = useParams({ from: "/signed-in/expenses/$id" });
  const query = useQuery(expenseQuery(id));
  const expense = query.data?.data as Expense | undefined;
  return (
    <Page
      title={words("expense", { id: String(expense?.id ?? id) })}
      lead={expense && <Status mood={MOODS[expense.standing]}>{words(`standings.${expense.standing}`)}</Status>}
      actions={expense && <Actions expense={expense} />}
    >
      <Shown query={query}>{({ data }) => <Whole expense={data as Expense} />}</Shown>
    </Page>
  );
}

function Actions({ expense }: { expense: Expense }) {
  const words = useWords("expenses");
  const mayRecord = useMay("expenses:record");
  const [open, setOpen] = useState<"correct" | "void">();
  const stands = expense.standing === "recorded" || expense.standing === "corrected";
  const isOfClaim = expense.source === "reimbursement";
  return (
    <>
      <Link to="/expenses" className="button">
        {words("all")}
      </Link>
      {mayRecord && stands && !isOfClaim && (
        <>
          <Button onPress={() => setOpen("correct")}>{words("correct")}</Button>
          <Button kind="harm" onPress={() => setOpen("void")}>
            {words("void")}
          </Button>
        </>
      )}
      <CorrectDialog expense={expense} open={open === "correct"} onClose={() => setOpen(undefined)} />
      <VoidDialog expense={expense} open={open === "void"} onClose={() => setOpen(undefined)} />
    </>
  );
}

function Whole({ expense }: { expense: Expense }) {
  const words = useWords("expenses");
  const mayRecord = useMay("expenses:record");
  return (
    <div className="columns">
      <section className="card stack" aria-label={words("facts")}>
        <h2>{words("facts")}</h2>
        <Facts facts={useFacts(expense)} />
        {mayRecord && expense.source === "reimbursement" && <p className="quiet small">{words("notByHand")}</p>}
      </section>
      <Timeline path={`/expenses/${expense.uid}`} />
    </div>
  );
}

function useFacts(expense: Expense): [ReactNode, ReactNode][] {
  const words = useWords("expenses");
  const { source, import_id, reason, first_recorded } = expense;
  const known = source === "reimbursement" || source === "manual";
  const facts: [ReactNode, ReactNode][] = [
    [words("member"), expense.member_name],
    [words("amount"), <Money key="amount" amount={expense.amount} currency={expense.currency} />],
    [words("date"), <Day key="date" on={expense.date} />],
    [words("project"), expense.project_name],
    [words("department"), expense.departments],
    [words("source"), known ? words(`sources.${source}`) : source],
    [words("recorded"), <Moment key="recorded" at={expense.recorded_at} />],
  ];
  if (import_id) {
    facts.push([
      words("fromImport"),
      <Thing key="import" of="imports" id={import_id}>
        {import_id.slice(0, 8)}
      </Thing>,
    ]);
  }
  if (reason) facts.push([words("reason"), reason]);
  const first = first_recorded as { amount?: string; currency?: string } | null;
  if (first?.amount && first.currency) {
    facts.push([words("first"), <Money key="first" amount={first.amount} currency={first.currency} />]);
  }
  return facts;
}
