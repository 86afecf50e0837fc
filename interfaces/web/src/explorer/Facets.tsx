import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Section } from "../shared/ui/Page";
import { Empty, Shown } from "../shared/ui/States";
import { Money } from "../shared/ui/values";
import { count } from "../shared/words/format";
import { label } from "../shared/words/names";
import { CURRENCY, type Field, hasMoney } from "./collections";
import type { View } from "./Explorer";
import { chosenOf, toggled } from "./narrowing";
import { type Facet, facetsQuery } from "./queries";
import { useSayings } from "./sayings";
import { readFilters, withFilters } from "./view";

const VALUES_MAX = 12;
/** The API tells so many facets at once. */
const FACETS_MAX = 8;

/** Which values occur among these rows, how often and with what sum; choosing one narrows the list to it. */
export function Facets(view: View) {
  const { collection, query } = view;
  const { words } = useSayings(collection);
  const filters = readFilters(collection, query);
  const fields = collection.fields.filter(
    ({ groupable, type }) => groupable && !["date", "timestamp", "uuid"].includes(type),
  );
  // What is narrowed by a value shows the others as well, so its filter is left out of its own question.
  const isChosen = ({ name }: Field) => chosenOf(filters, name).length > 0;
  const others = fields.filter((field) => !isChosen(field));
  return (
    <aside className="facets" aria-label={words("values")}>
      {!fields.length && <Empty>{words("noValues")}</Empty>}
      {fields.filter(isChosen).map((field) => (
        <Asking key={field.name} {...view} fields={[field.name]} />
      ))}
      {others.length > 0 && <Asking {...view} fields={others.slice(0, FACETS_MAX).map(({ name }) => name)} />}
    </aside>
  );
}

function Asking({ fields, ...view }: View & { fields: string[] }) {
  const query = facetsQuery(view.collection, view.query, fields, VALUES_MAX);
  const answer = useQuery({ ...query, placeholderData: keepPreviousData });
  return (
    <Shown query={answer}>
      {({ data }) =>
        data.data
          // Until its answer is there, what was shown before stays, and may tell of a field that is asked about elsewhere.
          .filter(({ name, values }) => fields.includes(name) && values.length > 0)
          .map((facet) => <Values key={facet.name} {...view} facet={facet} />)
      }
    </Shown>
  );
}

function Values({ collection, query, show, facet }: View & { facet: Facet }) {
  const { words, groupValue } = useSayings(collection);
  const filters = readFilters(collection, query);
  const chosen = chosenOf(filters, facet.name);
  const sum = collection.measures.find((name) => name.startsWith("sum:"));
  return (
    <Section title={label(facet.name)}>
      <ul className="facet">
        {byValue(facet).map(({ value, rows }) => {
          const number = rows.reduce((sum, row) => sum + row.count, 0);
          const name = groupValue(facet.name, value);
          const text = value === null ? null : String(value);
          return (
            <li key={String(value)}>
              <button
                type="button"
                aria-pressed={chosen.includes(text)}
                onClick={() => show(withFilters(collection, query, toggled(filters, facet.name, text)))}
              >
                <span className="facet-value" title={name}>
                  {name}
                </span>
                <span className="number">{count(number)}</span>
                {sum && hasMoney(collection) && (
                  <span className="facet-sums small quiet">
                    {rows
                      .filter((row) => row[sum] !== null)
                      .map((row) => (
                        <Money
                          key={String(row[CURRENCY] ?? row.value)}
                          amount={String(row[sum])}
                          currency={String(row[CURRENCY] ?? row.value)}
                        />
                      ))}
                  </span>
                )}
              </button>
            </li>
          );
        })}
      </ul>
      {facet.truncated && <p className="small quiet">{words("moreValues")}</p>}
    </Section>
  );
}

type OfValue = { value: unknown; rows: Facet["values"] };

/** Amounts of each currency are told apart, so a value comes once for each of them. */
function byValue({ values }: Facet): OfValue[] {
  const found = new Map<unknown, OfValue>();
  for (const row of values) {
    const known = found.get(row.value);
    if (known) known.rows.push(row);
    else found.set(row.value, { value: row.value, rows: [row] });
  }
  return [...found.values()];
}
