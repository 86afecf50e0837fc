import { type FormEvent, useId } from "react";
import { Label } from "react-aria-components/Label";
import { ProgressBar } from "react-aria-components/ProgressBar";
import { Button } from "../shared/ui/Button";
import { Choice } from "../shared/ui/Fields";
import { Trouble } from "../shared/ui/States";
import { useWords } from "../shared/words";
import { percent } from "../shared/words/format";
import type { Mode } from "./kinds";
import type { Preview } from "./queries";

export type Confirmed = { mode: Mode; isKept: boolean };
type Props = {
  preview: Preview;
  modes: Mode[];
  mayKeep: boolean;
  /** Which part of the bytes have left, while they leave. */
  sent: number | undefined;
  error: unknown;
  onConfirm: (confirmed: Confirmed) => void;
};

/** The last word before a file is imported: what bad rows mean, and whether files of its source stay read like this. */
export function Confirm({ preview, modes, mayKeep, sent, error, onConfirm }: Props) {
  const words = useWords("imports");
  const kept = useId();
  const bad = preview.rows.filter(({ cells = [], faults = [] }) => faults.length || cells.some((it) => it.reason));
  const open = preview.guesses.filter(({ value }) => value === null).map(({ option }) => option);
  const isUndeclared = open.some((option) => !preview.profile.options[option]);

  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    onConfirm({ mode: String(form.get("mode")) as Mode, isKept: form.get("keep-profile") !== null });
  }

  return (
    <form className="card stack" onSubmit={onSubmit}>
      <p>
        {bad.length
          ? words("sampleBad", { bad: bad.length, of: preview.rows.length })
          : words("sampleGood", { of: preview.rows.length })}
      </p>
      <Choice
        name="mode"
        label={words("mode")}
        options={modes.map((value) => ({ value, label: words(`modes.${value}`) }))}
      />
      {mayKeep && (
        <label className="check" htmlFor={kept}>
          <input type="checkbox" name="keep-profile" id={kept} />
          {words("keepProfile", { source: preview.profile.source })}
        </label>
      )}
      {error ? <Trouble error={error} /> : null}
      {sent !== undefined && <Sent part={sent} />}
      <div className="row">
        <Button type="submit" kind="main" isPending={sent !== undefined} isDisabled={isUndeclared}>
          {words("import")}
        </Button>
        {isUndeclared && <span className="quiet">{words("undeclaredFirst")}</span>}
      </div>
    </form>
  );
}

function Sent({ part }: { part: number }) {
  const words = useWords("imports");
  return (
    <ProgressBar value={part * 100} className="field" valueLabel={percent(part)}>
      {({ percentage = 0, valueText }) => (
        <>
          <span className="row spread">
            <Label>{part < 1 ? words("sending") : words("sentAll")}</Label>
            <span className="number">{valueText}</span>
          </span>
          <div className="bar">
            <div style={{ width: `${percentage}%` }} />
          </div>
        </>
      )}
    </ProgressBar>
  );
}
