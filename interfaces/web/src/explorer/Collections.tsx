import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { TextInput } from "../shared/ui/Fields";
import { Page, Section } from "../shared/ui/Page";
import { Empty, Shown } from "../shared/ui/States";
import { useWords } from "../shared/words";
import { byArea } from "./areas";
import { type Collection, collectionsQuery, titleOf } from "./collections";
import "./explorer.css";

/** Every collection that the caller may read. */
export function Collections() {
  const words = useWords("explorer");
  const collections = useQuery(collectionsQuery);
  const [sought, setSought] = useState("");
  const isSought = (one: Collection) =>
    `${titleOf(one)} ${one.path}`.toLowerCase().includes(sought.trim().toLowerCase());
  return (
    <Page title={words("title")} lead={words("lead")}>
      <div className="finding">
        <TextInput name="find" type="search" label={words("find")} value={sought} onChange={setSought} />
      </div>
      <Shown query={collections}>
        {(all) => {
          const areas = byArea(all.filter(isSought));
          if (!areas.length) return <Empty>{words("noneFound")}</Empty>;
          return areas.map(([area, those]) => (
            <Section key={area} title={words(`areas.${area}`)}>
              <ul className="collections">
                {those.map((collection) => (
                  <Entry key={collection.name} collection={collection} />
                ))}
              </ul>
            </Section>
          ));
        }}
      </Shown>
    </Page>
  );
}

function Entry({ collection }: { collection: Collection }) {
  const words = useWords("explorer");
  const told = [
    words("fields", { count: collection.fields.length }),
    ...(collection.aggregates ? [words("hasGroups")] : []),
    ...(collection.history ? [words("hasHistory")] : []),
  ];
  return (
    <li className="card">
      <Link to="/explore/$collection" params={{ collection: collection.name }} search={{}} className="collection">
        {titleOf(collection)}
      </Link>
      <span className="small quiet">{told.join(" · ")}</span>
      <code className="quiet">{collection.path}</code>
    </li>
  );
}
