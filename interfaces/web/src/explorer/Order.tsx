import { changed, one } from "../shared/address";
import { Choice } from "../shared/ui/Fields";
import { useWords } from "../shared/words";
import { label } from "../shared/words/names";
import type { View } from "./Explorer";

/** The order as a list to choose from, where the table has no headers to click. */
export function Order({ collection, query, show }: View) {
  const words = useWords("explorer");
  const options = collection.fields
    .filter(({ sortable }) => sortable)
    .flatMap(({ name }) => [
      { value: name, label: words("upwards", { field: label(name) }) },
      { value: `-${name}`, label: words("downwards", { field: label(name) }) },
    ]);
  return (
    <div className="inline-field narrow-only">
      <Choice
        name="sort"
        label={words("sort")}
        empty={words("usualOrder")}
        options={options}
        value={one(query, "sort") ?? ""}
        onChange={(sort) => show(changed(query, { sort, order: undefined }))}
      />
    </div>
  );
}
