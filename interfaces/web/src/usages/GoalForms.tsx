import { useQuery } from "@tanstack/react-query";
import { api, type Schemas } from "../shared/api/client";
import { fieldErrors, useBasis, useCommand } from "../shared/api/commands";
import { useMe } from "../shared/api/me";
import { asking } from "../shared/api/queries";
import { Dialog, Question } from "../shared/ui/Dialog";
import { AmountInput, Choice, TextInput } from "../shared/ui/Fields";
import { CommandForm, entry } from "../shared/ui/Form";
import { Shown } from "../shared/ui/States";
import { say } from "../shared/ui/toasts";
import { useWords } from "../shared/words";
import { decimal, exact } from "../shared/words/format";
import { useSentences } from "../shared/words/problems";
import { wholeOr } from "./FactorFields";
import { type Goal, goalQuery, type UsageType } from "./queries";
import { typeText } from "./types";

const banksQuery = asking(["banks to choose"], (signal) =>
  api.GET("/banks", { params: { query: { sort: ["name"], limit: 200 } }, signal }),
);

export function SetGoal({ types, onClose }: { types: UsageType[]; onClose: () => void }) {
  const words = useWords("usages");
  const me = useMe();
  // Operators are of no bank, and say whose goal it is.
  const banks = useQuery({ ...banksQuery, enabled: me.bank_uid === null });
  const set = useCommand((body: Schemas["NewGoal"], header) => api.POST("/usage-goals", { body, params: { header } }), {
    onDone: () => {
      say(words("goalSet"));
      onClose();
    },
  });
  const wrong = fieldErrors(set.error, useSentences());
  return (
    <Dialog title={words("setGoal")} open onClose={onClose}>
      <CommandForm
        command={set}
        action={words("setGoalDo")}
        body={(form): Schemas["NewGoal"] => ({
          usage_type_id: Number(entry(form, "usage_type_id")),
          year: wholeOr(entry(form, "year")),
          emissions: exact(entry(form, "emissions")),
          ...(entry(form, "bank_id") ? { bank_id: Number(entry(form, "bank_id")) } : {}),
        })}
      >
        {me.bank_uid === null && (
          <Choice
            name="bank_id"
            label={words("bank")}
            options={(banks.data?.data.data ?? []).map(({ id, name }) => ({ value: String(id), label: name ?? "" }))}
            errors={wrong.bank_id}
          />
        )}
        <Choice
          name="usage_type_id"
          label={words("type")}
          options={types.map((type) => ({ value: String(type.id), label: typeText(type, types) }))}
          errors={wrong.usage_type_id}
        />
        <TextInput
          name="year"
          label={words("goalYear")}
          inputMode="numeric"
          defaultValue={String(new Date().getFullYear())}
          isRequired
        />
        <AmountInput name="emissions" label={words("goalMost")} isRequired />
      </CommandForm>
    </Dialog>
  );
}

type OfGoal = { goal: Goal; name: string; onClose: () => void };

export function ChangeGoal({ goal, name, onClose }: OfGoal) {
  const words = useWords("usages");
  const current = useQuery({ ...goalQuery(goal.id), staleTime: 0 });
  return (
    <Dialog title={words("changeGoal", { goal: name })} open onClose={onClose}>
      <Shown query={current}>
        {({ data, etag }) => <NewMost read={{ goal: data as Goal, etag }} onClose={onClose} />}
      </Shown>
    </Dialog>
  );
}

function NewMost({ read, onClose }: { read: { goal: Goal; etag: string }; onClose: () => void }) {
  const words = useWords("usages");
  const [basis, onRefused] = useBasis(read);
  const change = useCommand(
    (body: Schemas["NewNumber"], header) =>
      api.PATCH("/usage-goals/{record_id}", {
        body,
        params: { path: { record_id: String(basis.goal.id) }, header: { ...header, "If-Match": basis.etag } },
      }),
    {
      onRefused,
      onDone: () => {
        say(words("goalChanged"));
        onClose();
      },
    },
  );
  return (
    <CommandForm
      key={basis.etag}
      command={change}
      action={words("change")}
      body={(form) => ({ emissions: exact(entry(form, "emissions")) })}
    >
      <AmountInput
        name="emissions"
        label={words("goalMost")}
        defaultValue={decimal(basis.goal.emissions)}
        isRequired
        autoFocus
      />
    </CommandForm>
  );
}

export function WithdrawGoal({ goal, name, onClose }: OfGoal) {
  const words = useWords("usages");
  const withdraw = useCommand(
    (id: number, header) =>
      api.DELETE("/usage-goals/{record_id}", { params: { path: { record_id: String(id) }, header } }),
    {
      onDone: () => {
        say(words("withdrawn"));
        onClose();
      },
    },
  );
  return (
    <Question
      title={words("withdrawTitle", { goal: name })}
      open
      onClose={onClose}
      action={words("withdraw")}
      kind="harm"
      onAction={() => withdraw.mutate(goal.id)}
      pending={withdraw.isPending}
      error={withdraw.error}
    >
      <p>{words("withdrawWhy")}</p>
    </Question>
  );
}
