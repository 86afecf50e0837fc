import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { one } from "../shared/address";
import { type Answered, Refused, type Schemas } from "../shared/api/client";
import { Button } from "../shared/ui/Button";
import { Shown, Trouble } from "../shared/ui/States";
import { useWords } from "../shared/words";
import type { View } from "./Explorer";
import { mended } from "./mending";

type Props<T> = View & { answer: UseQueryResult<Answered<T>>; children: (data: Answered<T>) => ReactNode };

/** What was answered; or what the API has against the query, each fault with what mends it. */
export function Asked<T>({ answer, children, query, show }: Props<T>) {
  const words = useWords("explorer");
  const shared = useWords("shared");
  // What was shown before is of another query: a refusal of this one takes its place.
  if (!answer.isError || !(answer.error instanceof Refused)) return <Shown query={answer}>{children}</Shown>;
  const { errors = [], status } = answer.error.problem;
  const isCursor =
    one(query, "cursor") !== undefined && (status === 410 || errors.some(({ parameter }) => parameter === "cursor"));
  if (!errors.length && !isCursor) return <Trouble error={answer.error} />;
  return (
    <div className="notice bad stack" role="alert">
      <strong>{words("refused")}</strong>
      <ul className="faults">
        {errors.map((fault) => (
          <Mending key={`${fault.parameter} ${fault.code} ${fault.got}`} {...{ fault, query, show }} />
        ))}
      </ul>
      {isCursor && (
        <span>
          <Button onPress={() => show({ ...query, cursor: "" })}>{words("firstPage")}</Button>
        </span>
      )}
      <span className="small quiet">{shared("requestId", { id: answer.error.problem.request_id })}</span>
    </div>
  );
}

type MendingProps = Pick<View, "query" | "show"> & { fault: Schemas["Fault"] };

function Mending({ fault, query, show }: MendingProps) {
  const words = useWords("explorer");
  const { parameter, detail, nearest } = fault;
  const better = mended(query, fault);
  return (
    <li className="row">
      <span>{detail}</span>
      {better && (
        <Button small onPress={() => show(better)}>
          {words("suggest", { name: String(nearest) })}
        </Button>
      )}
      {parameter && parameter in query && (
        <Button
          small
          onPress={() => show(Object.fromEntries(Object.entries(query).filter(([name]) => name !== parameter)))}
        >
          {words("drop", { name: parameter })}
        </Button>
      )}
    </li>
  );
}
