import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import type { FormEvent } from "react";
import type { Query } from "../shared/address";
import { Button } from "../shared/ui/Button";
import { DateInput } from "../shared/ui/dates";
import { Choice, TextInput } from "../shared/ui/Fields";
import { entry } from "../shared/ui/Form";
import { useWords } from "../shared/words";
import { departmentsQuery } from "./queries";

const FIELDS = [
  "member_name[contains]",
  "project_name[contains]",
  "departments",
  "date[gte]",
  "date[lte]",
  "include",
] as const;

/** What people look for most; the explorer has the rest. It goes into the address as the API writes it. */
export function Filters({ search }: { search: Query }) {
  const words = useWords("expenses");
  const navigate = useNavigate();
  const departments = useQuery(departmentsQuery);
  const now = (name: (typeof FIELDS)[number]) => (typeof search[name] === "string" ? search[name] : "");
  const known = [
    ...new Set(departments.data?.data.data.flatMap(({ values }) => values.map(({ value }) => String(value)))),
  ];

  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const { cursor: _, ...rest } = search;
    const chosen = Object.fromEntries(FIELDS.map((name) => [name, entry(form, name) || undefined]));
    void navigate({ to: "/expenses", search: { ...rest, ...chosen } as never });
  }
  return (
    <form className="filters" onSubmit={onSubmit} key={JSON.stringify([search, known.length])}>
      <TextInput
        name="member_name[contains]"
        label={words("member")}
        defaultValue={now("member_name[contains]")}
        type="search"
      />
      <TextInput
        name="project_name[contains]"
        label={words("project")}
        defaultValue={now("project_name[contains]")}
        type="search"
      />
      <Choice
        name="departments"
        label={words("department")}
        options={known.sort().map((value) => ({ value, label: value }))}
        defaultValue={now("departments")}
        empty={words("anyDepartment")}
      />
      <DateInput name="date[gte]" label={words("from")} defaultValue={now("date[gte]")} />
      <DateInput name="date[lte]" label={words("until")} defaultValue={now("date[lte]")} />
      <span className="row">
        <Button type="submit">{words("show")}</Button>
        {FIELDS.some((name) => now(name)) && (
          <Link to="/expenses" className="button plain">
            {words("clear")}
          </Link>
        )}
      </span>
      <label className="check">
        <input type="checkbox" name="include" value="corrected" defaultChecked={now("include") === "corrected"} />
        {words("withStruck")}
      </label>
    </form>
  );
}
