/** What it takes at a bank to have a claim paid: what holds now, what held before, and how to change it. */

import { useQuery } from "@tanstack/react-query";
import { useMay } from "../shared/api/me";
import { Difference, type Line } from "../shared/ui/Difference";
import { Page, Section } from "../shared/ui/Page";
import { Shown } from "../shared/ui/States";
import { Facts, Moment } from "../shared/ui/values";
import { Who } from "../shared/ui/Who";
import { useWords } from "../shared/words";
import { count } from "../shared/words/format";
import { BankChoice, useBank } from "./BankChoice";
import { PolicyTabs } from "./PolicyTabs";
import { usePolicyRows } from "./policyWords";
import { type Bank, bankPolicies, type Policy } from "./queries";
import { SetPolicy } from "./SetPolicy";

export function Policies() {
  const words = useWords("banks.policies");
  const { bank } = useBank();
  return (
    <Page title={bank ? words("titleOf", { bank: bank.name }) : words("title")} lead={words("lead")}>
      <div className="row spread">
        <PolicyTabs />
        <BankChoice />
      </div>
      {bank && <OfBank key={bank.uid} bank={bank} />}
    </Page>
  );
}

function OfBank({ bank }: { bank: Bank }) {
  const words = useWords("banks.policies");
  const sets = useMay("banks:write");
  const rows = usePolicyRows();
  const found = useQuery(bankPolicies(bank.uid));
  return (
    <Shown query={found}>
      {({ data: { data } }) => {
        const [now, ...before] = data;
        if (!now) return null;
        return (
          <>
            <Section title={words("inForce")} actions={sets && <SetPolicy bank={bank} policy={now} />}>
              <div className="card stack">
                <Facts facts={rows(now)} />
                <p className="quiet small">
                  <SetBy policy={now} />
                </p>
              </div>
            </Section>
            {before.length > 0 && (
              <Section title={words("versions")}>
                {data.slice(0, -1).map((version, place) => (
                  <Version key={version.version} policy={version} before={data[place + 1] ?? version} />
                ))}
              </Section>
            )}
          </>
        );
      }}
    </Shown>
  );
}

function SetBy({ policy }: { policy: Policy }) {
  const words = useWords("banks.policies");
  if (!policy.version || !policy.set_at) return words("byDefault");
  const said = {
    version: count(policy.version),
    moment: () => <Moment at={policy.set_at ?? ""} />,
    name: () => <Who actor={`user:${policy.set_by}`} />,
  };
  return policy.confirmed_by
    ? words.rich("setByTwo", { ...said, second: () => <Who actor={`user:${policy.confirmed_by}`} /> })
    : words.rich("setBy", said);
}

/** One version, by what it changed. */
function Version({ policy, before }: { policy: Policy; before: Policy }) {
  const rows = usePolicyRows();
  const was = rows(before);
  const lines = rows(policy).map(([name, value], place): Line => [name, was[place]?.[1], value]);
  return (
    <article className="card stack">
      <p>
        <SetBy policy={policy} />
      </p>
      <Difference lines={lines.filter(([, now, after]) => now !== after)} heads="before" />
    </article>
  );
}
