import { Dialog, DialogTrigger } from "react-aria-components/Dialog";
import { Popover } from "react-aria-components/Popover";
import { Button } from "../shared/ui/Button";
import { Choice } from "../shared/ui/Fields";
import { zone } from "../shared/words";
import type { View } from "./Explorer";
import { useSayings } from "./sayings";
import { grouped, names } from "./view";

/** By what the rows are grouped, and what is told of each group. */
export function Grouping({ collection, query, show }: View) {
  const { words, group: said } = useSayings(collection);
  const [first = "", second = "", ...more] = names(query, "by");
  const measures = names(query, "measures");
  const options = (but: string) =>
    collection.groups.filter((name) => name !== but).map((value) => ({ value, label: said(value) }));

  function by(one: string, other: string): void {
    show(grouped(collection, query, [one, other, ...more].filter(Boolean), measures, zone));
  }

  return (
    <div className="row">
      <div className="inline-field">
        <Choice
          name="by-first"
          label={words("groupBy")}
          options={options(second)}
          value={first}
          onChange={(name) => by(name, second)}
        />
      </div>
      <div className="inline-field">
        <Choice
          name="by-second"
          label={words("thenBy")}
          empty={words("notAtAll")}
          options={options(first)}
          value={second}
          onChange={(name) => by(first, name)}
        />
      </div>
      <Measures {...{ collection, query, show, measures }} />
    </div>
  );
}

function Measures({ collection, query, show, measures }: View & { measures: string[] }) {
  const { words, measure: said } = useSayings(collection);

  function toggle(name: string): void {
    const next = measures.includes(name) ? measures.filter((one) => one !== name) : [...measures, name];
    show(grouped(collection, query, names(query, "by"), next, zone));
  }

  return (
    <DialogTrigger>
      <Button small>{words("measures")}</Button>
      <Popover className="popover">
        <Dialog className="choosing" aria-label={words("measures")}>
          <div className="choices">
            {usualFirst(collection.measures).map((name) => (
              <label key={name} className="check">
                <input
                  type="checkbox"
                  checked={measures.includes(name)}
                  disabled={measures.length === 1 && measures[0] === name}
                  onChange={() => toggle(name)}
                />
                {said(name)}
              </label>
            ))}
          </div>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

const USUAL = ["count", "sum", "avg"];

function usualFirst(measures: string[]): string[] {
  const isOf = (name: string, usual: string) => name.split(":")[0] === usual;
  const usual = USUAL.flatMap((one) => measures.filter((name) => isOf(name, one)));
  return [...usual, ...measures.filter((name) => !usual.includes(name))];
}
