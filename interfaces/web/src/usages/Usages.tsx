/** Usages: a new one, what all of them emitted over time, and the list of them. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api, type Schemas } from "../shared/api/client";
import { useCommand } from "../shared/api/commands";
import { useMay, useMe } from "../shared/api/me";
import { Page, Section } from "../shared/ui/Page";
import { Shown } from "../shared/ui/States";
import { say } from "../shared/ui/toasts";
import { useView } from "../shared/view";
import { useWords } from "../shared/words";
import { decimal } from "../shared/words/format";
import { seriesQuery, typesQuery, type UsageType, usagesQuery } from "./queries";
import { UsageChart } from "./UsageChart";
import { UsageFilters } from "./UsageFilters";
import { UsageForm } from "./UsageForm";
import { UsageList } from "./UsageList";
import { asked, seriesAsked } from "./view";
import "./usages.css";

const ROWS = "25";

export function Usages() {
  const words = useWords("usages");
  const { query: address, one } = useView();
  const me = useMe();
  const mayRecord = useMay("usages:record");
  const types = useQuery(typesQuery);
  const query = { sort: "-usage_at", limit: ROWS, count: "exact", ...asked(address) };
  // The query of the address is the API's own; it says what of it is wrong.
  const usages = useQuery({ ...usagesQuery(query as never), placeholderData: keepPreviousData });
  const series = useQuery({ ...seriesQuery(seriesAsked(address) as never), placeholderData: keepPreviousData });
  const isOnlyOwn = me.roles.every((role) => role === "member" || role === "administrator");
  return (
    <Page
      title={words("title")}
      lead={words(isOnlyOwn ? "leadOwn" : "lead")}
      actions={<Link to="/usage-types">{words("typesLink")}</Link>}
    >
      <Shown query={types}>
        {({ data }) => {
          const known = data.data as UsageType[];
          return (
            <>
              <div className={mayRecord ? "usage-top" : undefined}>
                {mayRecord && <NewUsage types={known} />}
                <div className="card usage-chart">
                  <Shown query={series}>
                    {(answer) => <UsageChart series={answer.data} types={known} bucket={one("bucket")} />}
                  </Shown>
                </div>
              </div>
              <Section title={words("list")}>
                <UsageFilters types={known} />
                <Shown query={usages}>
                  {(answer) => (
                    <UsageList
                      page={answer.data}
                      types={known}
                      total={series.data?.data.total.emissions}
                      sort={String(query.sort)}
                    />
                  )}
                </Shown>
              </Section>
            </>
          );
        }}
      </Shown>
    </Page>
  );
}

function NewUsage({ types }: { types: UsageType[] }) {
  const words = useWords("usages");
  const record = useCommand((body: Schemas["NewUsage"], header) => api.POST("/usages", { body, params: { header } }), {
    onDone: ({ data }) => say(words("recorded", { emissions: `${decimal(data.emissions)} ${data.emissions_unit}` })),
  });
  return (
    <section className="card stack" aria-label={words("newUsage")}>
      <h2>{words("newUsage")}</h2>
      <UsageForm types={types} command={record} action={words("record")} />
    </section>
  );
}
