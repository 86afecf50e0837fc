import { type ReactNode, useState } from "react";
import { api, type Schemas } from "../shared/api/client";
import { useCommand } from "../shared/api/commands";
import { dayAfter } from "../shared/days";
import { Question } from "../shared/ui/Dialog";
import { DateInput } from "../shared/ui/dates";
import { Choice } from "../shared/ui/Fields";
import { CommandForm, entry } from "../shared/ui/Form";
import { Section } from "../shared/ui/Page";
import { say } from "../shared/ui/toasts";
import { useWords } from "../shared/words";
import { decimal } from "../shared/words/format";
import type { Factor, UsageType } from "./queries";

type Asked = Schemas["Restatement"];

/** Counts usages by another version: first what would change is told, then it is done. */
export function Restate({ type, factors }: { type: UsageType; factors: Factor[] }) {
  const words = useWords("usages");
  const [tried, setTried] = useState<{ asked: Asked; totals: Schemas["RestatedTotals"] }>();
  const attempt = useCommand((body: Asked) => api.POST("/usages/restatements", { body }), {
    onDone: ({ data }, asked) => setTried({ asked, totals: data }),
  });
  const restate = useCommand((body: Asked) => api.POST("/usages/restatements", { body }), {
    onDone: ({ data }) => {
      say(words("restateDone", { count: data.usages }));
      setTried(undefined);
    },
  });
  if (!factors.length) return null;
  return (
    <Section title={words("restate")}>
      <p className="quiet">{words("restateWhy")}</p>
      <div className="factor-form">
        <CommandForm
          command={attempt}
          kind=""
          action={words("restateTry")}
          body={(form): Asked => ({
            usage_type_id: type.id,
            factor_version: Number(entry(form, "factor_version")),
            from: entry(form, "from"),
            to: dayAfter(entry(form, "to")),
            dry_run: true,
          })}
        >
          <Choice
            name="factor_version"
            label={words("restateVersion")}
            options={factors.map((one) => ({
              value: String(one.factor_version),
              label: `${one.factor_version} (${decimal(one.factor)})`,
            }))}
          />
          <div className="usage-pair">
            <DateInput name="from" label={words("restateDays")} isRequired />
            <DateInput name="to" label={words("restateUntil")} isRequired />
          </div>
        </CommandForm>
      </div>
      {tried && (
        <Question
          title={words("restateTitle")}
          open
          onClose={() => setTried(undefined)}
          action={words("restateDo", { count: tried.totals.usages })}
          onAction={() => restate.mutate({ ...tried.asked, dry_run: false })}
          pending={restate.isPending}
          error={restate.error}
        >
          <Told totals={tried.totals} />
        </Question>
      )}
    </Section>
  );
}

function Told({ totals }: { totals: Schemas["RestatedTotals"] }): ReactNode {
  const words = useWords("usages");
  const written = (amount: string) => `${decimal(amount)} ${totals.emissions_unit}`;
  return (
    <p className="number">
      {words("restateTold", {
        count: totals.usages,
        before: written(totals.before),
        after: written(totals.after),
        original: written(totals.original),
        version: totals.factor_version,
      })}
    </p>
  );
}
