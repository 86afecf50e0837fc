import type { Schemas } from "../shared/api/client";
import { DateInput } from "../shared/ui/dates";
import { AmountInput, TextInput } from "../shared/ui/Fields";
import { entry } from "../shared/ui/Form";
import { useWords } from "../shared/words";
import { decimal, exact } from "../shared/words/format";
import type { Expense } from "./queries";

/** What an expense says, in the order in which a receipt is read. */
export function ExpenseFields({ of }: { of?: Expense }) {
  const words = useWords("expenses");
  return (
    <>
      <TextInput name="member_name" label={words("member")} defaultValue={of?.member_name ?? ""} isRequired autoFocus />
      <div className="pair">
        <AmountInput name="amount" label={words("amount")} defaultValue={of ? decimal(of.amount) : ""} isRequired />
        <TextInput
          name="currency"
          label={words("currency")}
          defaultValue={of?.currency ?? "EUR"}
          isRequired
          maxLength={3}
        />
      </div>
      <DateInput name="date" label={words("date")} defaultValue={of?.date} isRequired />
      <TextInput name="project_name" label={words("project")} defaultValue={of?.project_name ?? ""} isRequired />
      <TextInput name="departments" label={words("department")} defaultValue={of?.departments ?? ""} isRequired />
    </>
  );
}

/** The expense that a form holds. */
export function said(form: FormData): Schemas["NewExpense"] {
  return {
    member_name: entry(form, "member_name"),
    amount: exact(entry(form, "amount")),
    currency: entry(form, "currency").toUpperCase(),
    date: entry(form, "date"),
    project_name: entry(form, "project_name"),
    departments: entry(form, "departments"),
  };
}
