import { changed, one } from "../shared/address";
import { Choice } from "../shared/ui/Fields";
import { useWords } from "../shared/words";
import { choice, label } from "../shared/words/names";
import type { View } from "./Explorer";

/** Rows that are left out otherwise, and which numbers are told, where there are any such. */
export function Include({ collection, query, show }: View) {
  const words = useWords("explorer");
  const { hidden, bases } = collection;
  return (
    <>
      {hidden && (
        <label className="check">
          <input
            type="checkbox"
            checked={one(query, "include") === hidden}
            onChange={(event) => show(changed(query, { include: event.target.checked ? hidden : undefined }))}
          />
          {words("include", { name: choice(hidden) })}
        </label>
      )}
      {bases.length > 1 && (
        <div className="inline-field">
          <Choice
            name="basis"
            label={words("basis")}
            options={bases.map((value) => ({ value, label: label(value) }))}
            value={one(query, "basis") ?? bases[0] ?? ""}
            onChange={(basis) => show(changed(query, { basis: basis === bases[0] ? undefined : basis }))}
          />
        </div>
      )}
    </>
  );
}
