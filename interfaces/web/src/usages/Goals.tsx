/** Goals of emissions, and how far each is reached month by month. */

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useMay } from "../shared/api/me";
import { Button } from "../shared/ui/Button";
import { Chart } from "../shared/ui/Chart";
import { Page } from "../shared/ui/Page";
import { Empty, Shown } from "../shared/ui/States";
import { Status } from "../shared/ui/values";
import { locale, useWords } from "../shared/words";
import { decimal, percent } from "../shared/words/format";
import { ChangeGoal, SetGoal, WithdrawGoal } from "./GoalForms";
import { type Goal, goalsQuery, progressQuery, typesQuery, type UsageType } from "./queries";
import { typeText } from "./types";
import "./usages.css";

const MONTHS = new Intl.DateTimeFormat(locale, { month: "short", timeZone: "UTC" });

export function Goals() {
  const words = useWords("usages");
  const mayWrite = useMay("usage-goals:write");
  const goals = useQuery(goalsQuery);
  const types = useQuery(typesQuery);
  const [isSetting, setSetting] = useState(false);
  const known = (types.data?.data.data ?? []) as UsageType[];
  const set = mayWrite && (
    <Button kind="main" onPress={() => setSetting(true)}>
      {words("setGoal")}
    </Button>
  );
  return (
    <Page title={words("goals")} lead={words("goalsLead")} actions={set}>
      <Shown query={goals}>
        {({ data }) =>
          data.data.length && types.data ? (
            (data.data as Goal[]).map((goal) => <OneGoal key={goal.id} goal={goal} types={known} />)
          ) : (
            <Empty>{words("noGoals")}</Empty>
          )
        }
      </Shown>
      {isSetting && <SetGoal types={known} onClose={() => setSetting(false)} />}
    </Page>
  );
}

function OneGoal({ goal, types }: { goal: Goal; types: UsageType[] }) {
  const words = useWords("usages");
  const mayWrite = useMay("usage-goals:write");
  const progress = useQuery(progressQuery(goal.id));
  const [doing, setDoing] = useState<"change" | "withdraw">();
  const type = types.find(({ id }) => id === goal.usage_type_id);
  const typeName = type ? typeText(type, types) : String(goal.usage_type_id);
  const name = words("goal", { type: typeName, year: String(goal.year) });
  return (
    <section className="card stack" aria-label={name}>
      <div className="row spread">
        <h2>{name}</h2>
        {mayWrite && (
          <div className="row">
            <Button small aria-label={words("changeGoal", { goal: name })} onPress={() => setDoing("change")}>
              {words("change")}
            </Button>
            <Button
              small
              kind="harm"
              aria-label={words("withdrawGoal", { goal: name })}
              onPress={() => setDoing("withdraw")}
            >
              {words("withdraw")}
            </Button>
          </div>
        )}
      </div>
      <Shown query={progress}>
        {({ data }) => {
          const share = Number(data.actual) / Number(data.goal);
          return (
            <>
              <div className="row spread">
                <span className="number">
                  {words("soFar", {
                    actual: `${decimal(data.actual)} ${data.emissions_unit}`,
                    goal: `${decimal(data.goal)} ${data.emissions_unit}`,
                  })}
                </span>
                <Status mood={share > 1 ? "bad" : "good"}>{words(share > 1 ? "over" : "within")}</Status>
              </div>
              <span className="quiet small">{words("share", { share: percent(share) })}</span>
              <Chart
                title={words("progressTitle", { type: typeName, year: String(goal.year) })}
                xName={words("month")}
                x={data.months.map(({ month }) => MONTHS.format(new Date(`${month}T00:00:00Z`)))}
                series={[
                  { name: words("actualSoFar"), values: soFar(data.months) },
                  { name: words("goalSoFar"), values: data.months.map((month) => month.goal_so_far) },
                ]}
                kind="lines"
                unit={data.emissions_unit}
              />
            </>
          );
        }}
      </Shown>
      {doing === "change" && <ChangeGoal goal={goal} name={name} onClose={() => setDoing(undefined)} />}
      {doing === "withdraw" && <WithdrawGoal goal={goal} name={name} onClose={() => setDoing(undefined)} />}
    </section>
  );
}

/** The sum so far, until this month: what is to come is no line at the height of today. */
function soFar(months: readonly { month: string; actual_so_far: string }[]): (string | null)[] {
  const now = new Date().toISOString().slice(0, 7);
  return months.map(({ month, actual_so_far: sum }) => (month.slice(0, 7) <= now ? sum : null));
}
