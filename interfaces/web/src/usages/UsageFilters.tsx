import { beginOf, dayFrom, dayUntil, endOf } from "../shared/days";
import { Button } from "../shared/ui/Button";
import { DateInput } from "../shared/ui/dates";
import { Choice } from "../shared/ui/Fields";
import { useView } from "../shared/view";
import { useWords } from "../shared/words";
import type { UsageType } from "./queries";
import { typeText } from "./types";

const FILTERS = ["usage_type_id", "usage_at[gte]", "usage_at[lt]", "basis"];

/** What the list and the chart are of; it stands in the address. */
export function UsageFilters({ types }: { types: readonly UsageType[] }) {
  const words = useWords("usages");
  const { query: address, one, change } = useView();
  const isNarrowed = FILTERS.some((name) => address[name] !== undefined);
  return (
    <search className="usage-filters" aria-label={words("filters")}>
      <Choice
        name="filter_type"
        label={words("type")}
        empty={words("everyType")}
        options={types.map((type) => ({ value: String(type.id), label: typeText(type, types) }))}
        value={one("usage_type_id")}
        onChange={(id) => change({ usage_type_id: id })}
      />
      <DateInput
        name="filter_from"
        label={words("from")}
        value={dayFrom(one("usage_at[gte]"))}
        onChange={(day) => change({ "usage_at[gte]": beginOf(day) })}
      />
      <DateInput
        name="filter_until"
        label={words("until")}
        value={dayUntil(one("usage_at[lt]"))}
        onChange={(day) => change({ "usage_at[lt]": endOf(day) })}
      />
      <Choice
        name="filter_basis"
        label={words("basis")}
        options={[
          { value: "", label: words("original") },
          { value: "restated", label: words("restated") },
        ]}
        value={one("basis")}
        onChange={(basis) => change({ basis })}
      />
      {isNarrowed && (
        <Button kind="plain" onPress={() => change(Object.fromEntries(FILTERS.map((name) => [name, undefined])))}>
          {words("clear")}
        </Button>
      )}
    </search>
  );
}
