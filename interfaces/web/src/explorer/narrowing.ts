/** The filters that say "these rows": of one group, of one value. */

import { type Collection, CURRENCY, fieldOf, type Row } from "./collections";
import { readItems, writeItems } from "./operands";
import { type Filter, periodOf } from "./view";

/** The filters that let through the rows of a group; nothing where no filter can say it. */
export function filtersOf(collection: Collection, by: string[], group: Row, zone: string): Filter[] | undefined {
  const terms = group[CURRENCY] === undefined || by.includes(CURRENCY) ? by : [...by, CURRENCY];
  const filters: Filter[] = [];
  for (const term of terms) {
    const { field: name, period } = periodOf(term);
    const field = fieldOf(collection, name);
    const value = group[term];
    if (!field?.operators.length) return undefined;
    if (value === null || value === undefined) filters.push({ field: name, operator: "is_null", text: "true" });
    else if (!period) filters.push({ field: name, operator: "eq", text: String(value) });
    else if (field.type === "date") {
      const first = String(value).slice(0, 10);
      const last = shifted(nextPeriod(first, period), -1);
      filters.push(
        first === last
          ? { field: name, operator: "eq", text: first }
          : { field: name, operator: "between", text: `${first},${last}` },
      );
    } else {
      const first = String(value).slice(0, 10);
      filters.push({ field: name, operator: "gte", text: midnight(first, zone) });
      filters.push({ field: name, operator: "lt", text: midnight(nextPeriod(first, period), zone) });
    }
  }
  return filters;
}

/** The filters with these as well, none of them twice. */
export function joined(filters: Filter[], more: Filter[]): Filter[] {
  const isSame = (one: Filter) => (other: Filter) =>
    one.field === other.field && one.operator === other.operator && one.text === other.text;
  return [...filters, ...more.filter((filter) => !filters.some(isSame(filter)))];
}

/** The values that a field is narrowed to by being one of them; `null` among them if it may be missing. */
export function chosenOf(filters: Filter[], field: string): (string | null)[] {
  return filters
    .filter((filter) => filter.field === field)
    .flatMap(({ operator, text }) => {
      if (operator === "is_null") return text === "true" ? [null] : [];
      if (operator === "in") return readItems(text);
      return operator === "eq" ? [text] : [];
    });
}

/** The filters with a value of a field chosen, or not any more. */
export function toggled(filters: Filter[], field: string, value: string | null): Filter[] {
  const isOfValues = ({ field: name, operator }: Filter) =>
    name === field && ["eq", "in", "is_null"].includes(operator);
  const others = filters.filter((filter) => !isOfValues(filter));
  const chosen = chosenOf(filters, field);
  // Missing and a value at once is nothing that filters can say.
  if (value === null) return chosen.includes(null) ? others : [...others, { field, operator: "is_null", text: "true" }];
  const values = chosen.filter((one) => one !== null);
  const next = values.includes(value) ? values.filter((one) => one !== value) : [...values, value];
  if (!next.length) return others;
  const [only] = next;
  return next.length === 1 && only
    ? [...others, { field, operator: "eq", text: only }]
    : [...others, { field, operator: "in", text: writeItems(next) }];
}

export function shifted(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

const MONTHS: Record<string, number> = { month: 1, quarter: 3, year: 12 };

export function nextPeriod(first: string, period: string): string {
  const months = MONTHS[period];
  if (!months) return shifted(first, period === "week" ? 7 : 1);
  const [year = 0, month = 1] = first.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 10);
}

/** The moment at which a day begins by the clocks of a zone. */
export function midnight(day: string, zone: string): string {
  const wanted = Date.parse(`${day}T00:00:00Z`);
  let moment = wanted;
  // The offset is that of the moment itself, which is known only once the offset is: the second look is right.
  for (let look = 0; look < 2; look++) moment = wanted - offset(moment, zone);
  return new Date(moment).toISOString().replace(".000Z", "Z");
}

function offset(moment: number, zone: string): number {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  const parts = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, value]));
  const clock = Date.parse(`${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}:${parts.second}Z`);
  return clock - moment;
}
