import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { one, type Query } from "../shared/address";
import { beginOf, dayFrom, dayUntil, endOf } from "../shared/days";
import { Button } from "../shared/ui/Button";
import { DateInput } from "../shared/ui/dates";
import { Choice } from "../shared/ui/Fields";
import { entry } from "../shared/ui/Form";
import { useWords } from "../shared/words";
import { catalogueQuery } from "./queries";

/** Which events, of which days; what else narrows the list comes from the links of events. */
export function EventFilters({ search }: { search: Query }) {
  const words = useWords("events");
  const navigate = useNavigate();
  const catalogue = useQuery(catalogueQuery);
  const names = catalogue.data?.data.data.map(({ name }) => name) ?? [];
  const now = typeof search.name === "string" ? search.name : "";

  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const { "position[lt]": _, ...rest } = search;
    const chosen = {
      name: entry(form, "name"),
      "recorded_at[gte]": beginOf(entry(form, "from")) || undefined,
      "recorded_at[lt]": endOf(entry(form, "until")) || undefined,
    };
    void navigate({ to: "/events", search: { ...rest, ...chosen } as never });
  }
  return (
    <form className="filters" onSubmit={onSubmit} key={JSON.stringify([search, names.length])}>
      <Choice
        name="name"
        label={words("name")}
        options={names.map((value) => ({ value, label: value }))}
        defaultValue={now}
        empty={words("anyEvent")}
      />
      <DateInput name="from" label={words("from")} defaultValue={dayFrom(one(search, "recorded_at[gte]") ?? "")} />
      <DateInput name="until" label={words("until")} defaultValue={dayUntil(one(search, "recorded_at[lt]") ?? "")} />
      <Button type="submit">{words("apply")}</Button>
    </form>
  );
}

const NARROWING = {
  stream_id: "onlyStream",
  correlation_id: "onlyCorrelation",
  causation_id: "onlyCausation",
} as const;

/** What else the list is narrowed to, and the way out of it. */
export function Narrowed({ search }: { search: Query }) {
  const words = useWords("events");
  const by = (Object.keys(NARROWING) as (keyof typeof NARROWING)[]).filter((name) => search[name] !== undefined);
  const said = by.map((name) => ({ name: name as string, text: words(NARROWING[name], { id: String(search[name]) }) }));
  if (search.actor) said.push({ name: "actor", text: words("onlyActor", { who: String(search.actor) }) });
  if (!said.length) return null;
  return (
    <ul className="narrowed">
      {said.map(({ name, text }) => {
        const { [name]: _, "position[lt]": __, ...rest } = search;
        return (
          <li key={name} className="row">
            <span>{text}</span>
            <Link
              to="/events"
              search={rest as never}
              className="button plain small"
              aria-label={words("without", { what: text })}
            >
              ✕
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
