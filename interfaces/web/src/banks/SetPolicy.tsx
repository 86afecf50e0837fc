/** Setting another policy, with what it would change in words beside the fields. */

import { useEffect, useRef, useState } from "react";
import { api } from "../shared/api/client";
import { Button } from "../shared/ui/Button";
import { FormButton } from "../shared/ui/Commands";
import { Difference, type Line } from "../shared/ui/Difference";
import { Choice, TextInput } from "../shared/ui/Fields";
import { entry } from "../shared/ui/Form";
import { useWords } from "../shared/words";
import { decimal, exact } from "../shared/words/format";
import "./banks.css";
import { usePolicyRows } from "./policyWords";
import type { Bank, Policy, Tier } from "./queries";

export function SetPolicy({ bank, policy }: { bank: Bank; policy: Policy }) {
  const words = useWords("banks.policies");
  return (
    <FormButton
      label={words("change")}
      kind="main"
      title={words("changeOf", { bank: bank.name })}
      action={words("propose")}
      done={words("set")}
      wide
      body={policyIn}
      send={(body, header) =>
        api.POST("/banks/{bank_id}/policies", { body, params: { path: { bank_id: bank.uid }, header } })
      }
    >
      <PolicyFields policy={policy} />
    </FormButton>
  );
}

type Said = { four_eyes: boolean; tiers: Tier[]; hold_hours: number; splitting_days: number; remind_days: number };

/** What the form says; a number that is none goes as it is, for the API to say so. */
function policyIn(form: FormData): Said {
  const number = (name: string) => Number(exact(entry(form, name)) || Number.NaN);
  const places = [...form.keys()].flatMap((name) => name.match(/^tiers\.(\d+)\.approvals$/)?.[1] ?? []);
  return {
    four_eyes: form.get("four_eyes") !== "no",
    tiers: places.map((place) => tierIn(form, place)),
    hold_hours: number("hold_hours"),
    splitting_days: number("splitting_days"),
    remind_days: number("remind_days"),
  };
}

function tierIn(form: FormData, place: string): Tier {
  const roles = entry(form, `tiers.${place}.roles`);
  return {
    up_to: exact(entry(form, `tiers.${place}.up_to`)) || null,
    currency: entry(form, `tiers.${place}.currency`).toUpperCase() || null,
    approvals: Number(entry(form, `tiers.${place}.approvals`)),
    roles: roles === "both" ? ["administrator", "operator"] : [roles === "operator" ? "operator" : "administrator"],
  };
}

function PolicyFields({ policy }: { policy: Policy }) {
  const words = useWords("banks.policies");
  const [tiers, setTiers] = useState(() => (policy.tiers ?? []).map((tier, key) => ({ tier, key })));
  const [after, setAfter] = useState<Policy>(policy);
  const fields = useRef<HTMLDivElement>(null);
  const read = () => {
    const form = fields.current?.closest("form");
    if (form) setAfter(policyIn(new FormData(form)));
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: another number of tiers is what makes it say something else
  useEffect(read, [tiers.length]);
  const add = () =>
    setTiers([
      { tier: { approvals: 1, roles: ["administrator"] }, key: Math.max(-1, ...tiers.map(({ key }) => key)) + 1 },
      ...tiers,
    ]);
  return (
    <div className="columns policy">
      <div className="stack" ref={fields} onInput={read} onChange={read}>
        <fieldset className="stack">
          <legend>{words("tiers")}</legend>
          {tiers.map(({ tier, key }, place) => (
            <TierFields
              key={key}
              tier={tier}
              place={place}
              onRemove={tiers.length > 1 ? () => setTiers(tiers.filter((one) => one.key !== key)) : undefined}
            />
          ))}
          <span>
            <Button small onPress={add}>
              {words("addTier")}
            </Button>
          </span>
        </fieldset>
        <Choice
          name="four_eyes"
          label={words("fourEyes")}
          defaultValue={policy.four_eyes === false ? "no" : "yes"}
          options={[
            { value: "yes", label: words("yesTwo") },
            { value: "no", label: words("noOne") },
          ]}
        />
        <div className="columns thirds">
          <WholeNumber name="hold_hours" label={words("holdHours")} value={policy.hold_hours} />
          <WholeNumber name="splitting_days" label={words("splittingDays")} value={policy.splitting_days} />
          <WholeNumber name="remind_days" label={words("remindDays")} value={policy.remind_days} />
        </div>
      </div>
      <Preview before={policy} after={after} />
    </div>
  );
}

function WholeNumber({ name, label, value }: { name: string; label: string; value: number | undefined }) {
  return (
    <TextInput name={name} label={label} inputMode="numeric" defaultValue={String(value ?? 0)} isRequired amount />
  );
}

type TierProps = { tier: Tier; place: number; onRemove: (() => void) | undefined };

function TierFields({ tier, place, onRemove }: TierProps) {
  const words = useWords("banks.policies");
  const number = place + 1;
  const role = (tier.roles ?? []).length > 1 ? "both" : (tier.roles?.[0] ?? "administrator");
  return (
    <fieldset className="tier" aria-label={words("tier", { number })}>
      <TextInput
        name={`tiers.${place}.up_to`}
        label={words("upTo")}
        inputMode="decimal"
        amount
        defaultValue={tier.up_to ? decimal(String(tier.up_to)) : ""}
      />
      <TextInput
        name={`tiers.${place}.currency`}
        label={words("inCurrency")}
        maxLength={3}
        defaultValue={tier.currency ?? ""}
      />
      <Choice
        name={`tiers.${place}.approvals`}
        label={words("howMany")}
        defaultValue={String(tier.approvals ?? 1)}
        options={["1", "2", "3"].map((value) => ({ value, label: value }))}
      />
      <Choice
        name={`tiers.${place}.roles`}
        label={words("whom")}
        defaultValue={role}
        options={(["administrator", "operator", "both"] as const).map((value) => ({
          value,
          label: words(`roles.${value}`),
        }))}
      />
      {onRemove && (
        <Button small kind="plain" onPress={onRemove} aria-label={words("removeTier", { number })}>
          ✕
        </Button>
      )}
    </fieldset>
  );
}

/** What would change, line by line, while the fields are filled in. */
function Preview({ before, after }: { before: Policy; after: Policy }) {
  const words = useWords("banks.policies");
  const rows = usePolicyRows();
  const [was, will] = [rows(before), safely(() => rows(after)) ?? rows(before)];
  const changed = will
    .map(([name, value], place): Line => [name, was[place]?.[1], value])
    .filter(([, now, later]) => now !== later);
  return (
    <section className="card stack" aria-label={words("preview")} aria-live="polite">
      <h3>{words("preview")}</h3>
      {changed.length ? <Difference lines={changed} /> : <p className="quiet">{words("noChange")}</p>}
    </section>
  );
}

/** Nothing while an amount is being typed that is none yet. */
function safely<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
