import { useNavigate } from "@tanstack/react-router";
import { api, type Schemas } from "../shared/api/client";
import { useCommand } from "../shared/api/commands";
import { CommandForm } from "../shared/ui/Form";
import { Page } from "../shared/ui/Page";
import { say } from "../shared/ui/toasts";
import { useWords } from "../shared/words";
import { ExpenseFields, said } from "./ExpenseFields";

/** An expense recorded by hand. */
export function RecordExpense() {
  const words = useWords("expenses");
  const navigate = useNavigate();
  const record = useCommand(
    (body: Schemas["NewExpense"], header) => api.POST("/expenses", { body, params: { header } }),
    {
      onDone: ({ data }) => {
        say(words("recordedDone"));
        void navigate({ to: "/expenses/$id", params: { id: String(data.id) } });
      },
    },
  );
  return (
    <Page title={words("record")} lead={words("recordLead")}>
      <div className="card form">
        <CommandForm command={record} body={said} action={words("record")}>
          <ExpenseFields />
        </CommandForm>
      </div>
    </Page>
  );
}
