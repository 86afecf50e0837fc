import type { FormEvent } from "react";
import { Button } from "../shared/ui/Button";
import { Choice } from "../shared/ui/Fields";
import { useWords } from "../shared/words";
import { mapping } from "./drafts";

type Props = { missing: string[]; unknown: string[]; isPending: boolean; onMapped: (columns: string) => void };

/** The columns that a file names otherwise: for each that is missing, which of its own is it? */
export function HeaderMapping({ missing, unknown, isPending, onMapped }: Props) {
  const words = useWords("imports");

  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    onMapped(mapping(Object.fromEntries(missing.map((name) => [name, String(form.get(`column-${name}`) ?? "")]))));
  }

  // As many of each: most files have their columns in the order that is asked for.
  const guess = (place: number) => (missing.length === unknown.length ? (unknown[place] ?? "") : "");
  return (
    <form className="card stack" onSubmit={onSubmit}>
      <p role="alert">{words("otherNames", { count: missing.length })}</p>
      <div className="columns narrow">
        {missing.map((name, place) => (
          <Choice
            key={name}
            name={`column-${name}`}
            label={name}
            options={unknown.map((one) => ({ value: one, label: one }))}
            defaultValue={guess(place)}
            empty={words("notThere")}
          />
        ))}
      </div>
      <div className="row">
        <Button type="submit" kind="main" isPending={isPending}>
          {words("lookAgain")}
        </Button>
      </div>
    </form>
  );
}
