/** One collection: its rows or its groups, as the query of the address says. Nothing here knows which collection. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { one, type Query } from "../shared/address";
import { Button } from "../shared/ui/Button";
import { Page } from "../shared/ui/Page";
import { Empty } from "../shared/ui/States";
import { useWords } from "../shared/words";
import { Columns } from "./Columns";
import { type Collection, collectionsQuery, titleOf } from "./collections";
import { Exporting } from "./Exporting";
import { Facets } from "./Facets";
import { Filters } from "./Filters";
import { Groups } from "./Groups";
import { Include } from "./Include";
import { Order } from "./Order";
import { Rows } from "./Rows";
import { columnsOf, toGroups, toRows } from "./view";
import "./explorer.css";

/** What every part of the page works on: the view, and how another one is shown. */
export type View = { collection: Collection; query: Query; show: (next: Query) => void };

export function Explorer() {
  const { collection: name } = useParams({ from: "/signed-in/explore/$collection" });
  const { data: collections } = useSuspenseQuery(collectionsQuery);
  const collection = collections.find((one) => one.name === name);
  return collection ? <Explored key={name} collection={collection} /> : <Unknown name={name} />;
}

export function Unknown({ name }: { name: string }) {
  const words = useWords("explorer");
  return (
    <Page title={words("title")}>
      <Empty action={<Link to="/explore">{words("all")}</Link>}>{words("unknown", { name })}</Empty>
    </Page>
  );
}

function Explored({ collection }: { collection: Collection }) {
  const words = useWords("explorer");
  const query = useSearch({ from: "/signed-in/explore/$collection" });
  const navigate = useNavigate({ from: "/explore/$collection" });
  const [hasFacets, setFacets] = useState(false);
  const view: View = {
    collection,
    query,
    show: (next) => void navigate({ search: next, resetScroll: false }),
  };
  const isGrouped = collection.aggregates && one(query, "by") !== undefined;
  const shown = columnsOf(collection, query);
  return (
    <Page
      title={titleOf(collection)}
      lead={<Link to="/explore">{words("all")}</Link>}
      actions={<Exporting {...view} />}
    >
      {collection.aggregates && <Ways {...view} isGrouped={isGrouped} />}
      <div className="row">
        <Filters {...view} />
        <Include {...view} />
        {collection.facets && (
          <Button small aria-expanded={hasFacets} onPress={() => setFacets(!hasFacets)}>
            {words(hasFacets ? "hideValues" : "showValues")}
          </Button>
        )}
        {!isGrouped && (
          <div className="row last">
            <Order {...view} />
            <Columns {...view} shown={shown} />
          </div>
        )}
      </div>
      <div className={hasFacets ? "explored beside" : "explored"}>
        {hasFacets && <Facets {...view} />}
        {isGrouped ? <Groups {...view} /> : <Rows {...view} shown={shown} />}
      </div>
    </Page>
  );
}

/** Rows or groups, of the same filters. */
function Ways({ collection, query, isGrouped }: View & { isGrouped: boolean }) {
  const words = useWords("explorer");
  const params = { collection: collection.name };
  const exactly = { exact: true, includeSearch: true };
  return (
    <nav className="tabs" aria-label={words("title")}>
      <Link
        to="/explore/$collection"
        params={params}
        search={isGrouped ? toRows(query) : query}
        className="tab"
        activeOptions={exactly}
      >
        {words("rows")}
      </Link>
      <Link
        to="/explore/$collection"
        params={params}
        search={isGrouped ? query : toGroups(collection, query)}
        className="tab"
        activeOptions={exactly}
      >
        {words("groups")}
      </Link>
    </nav>
  );
}
