import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Page, Section } from "../shared/ui/Page";
import { Shown } from "../shared/ui/States";
import { Timeline } from "../shared/ui/Timeline";
import { Facts } from "../shared/ui/values";
import { useWords } from "../shared/words";
import { label } from "../shared/words/names";
import { Value } from "./cells";
import { type Collection, collectionsQuery, type Field, nounOf, type Row } from "./collections";
import { Unknown } from "./Explorer";
import { recordQuery } from "./queries";
import "./explorer.css";

/** One record of any collection: all that is recorded of it, and what happened. */
export function Record() {
  const { collection: name, id } = useParams({ from: "/signed-in/explore/$collection/$id" });
  const { data: collections } = useSuspenseQuery(collectionsQuery);
  const collection = collections.find((one) => one.name === name);
  if (!collection) return <Unknown name={name} />;
  return <Recorded key={`${name}/${id}`} {...{ collection, collections, id }} />;
}

type Props = { collection: Collection; collections: Collection[]; id: string };

function Recorded({ collection, collections, id }: Props) {
  const words = useWords("explorer");
  const record = useQuery(recordQuery(collection, id));
  return (
    <Page
      title={words("record", { noun: nounOf(collection), id })}
      lead={
        <Link to="/explore/$collection" params={{ collection: collection.name }} search={{}}>
          {words("inTable")}
        </Link>
      }
    >
      <div className="columns">
        <Section title={words("facts")}>
          <Shown query={record}>
            {({ data: row }) => (
              <div className="card">
                <Facts
                  facts={collection.fields
                    .filter(({ name }) => name in row)
                    .map((field) => [
                      <span key="name" title={field.description}>
                        {label(field.name)}
                      </span>,
                      <Told key="value" {...{ collection, collections, field, row }} />,
                    ])}
                />
              </div>
            )}
          </Shown>
        </Section>
        {collection.history && <Timeline path={`${collection.path}/${encodeURIComponent(id)}`} />}
      </div>
    </Page>
  );
}

type ToldProps = { collection: Collection; collections: Collection[]; field: Field; row: Row };

/** The value; where it names another thing, a link to that. */
function Told({ collection, collections, field, row }: ToldProps) {
  const value = <Value field={field} row={row} isKey={field.name === collection.key} isWhole />;
  const named = /^(.+)_(uid|id)$/
    .exec(field.name)?.[1]
    ?.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());
  const target = named && collections.find(({ noun, record }) => noun === named && record);
  if (!target || field.type !== "uuid" || !row[field.name]) return value;
  return (
    <Link
      to="/explore/$collection/$id"
      params={{ collection: target.name, id: String(row[field.name]) }}
      preload={false}
    >
      {value}
    </Link>
  );
}
