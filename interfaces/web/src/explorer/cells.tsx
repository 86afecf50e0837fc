/** Values of rows, written by what their field is. */

import { Day, Moment, Money } from "../shared/ui/values";
import { useWords } from "../shared/words";
import { count, decimal } from "../shared/words/format";
import { label } from "../shared/words/names";
import { CURRENCY, type Field, type Row } from "./collections";

const SHORT = 8;
const LONG_TEXT = 48;

/** Whether a number says how much or how many, rather than which. */
function isQuantity(field: Field, isKey: boolean): boolean {
  return !isKey && !/^(year|version|position|row)$|_(position|version)$/.test(field.name);
}

export function isAmount(field: Field, isKey: boolean): boolean {
  return (field.type === "integer" || field.type === "decimal") && isQuantity(field, isKey);
}

type Props = { field: Field; row: Row; isKey: boolean; isWhole?: boolean };

export function Value({ field, row, isKey, isWhole = false }: Props) {
  const value = row[field.name];
  if (value === null || value === undefined) return <span className="quiet">–</span>;
  if (field.type === "json" || typeof value === "object") return <Json value={value} isOpen={isWhole} />;
  if (typeof value === "boolean") return <Truth is={value} />;
  const text = String(value);
  if (field.money) return <Money amount={text} currency={String(row[CURRENCY] ?? "")} />;
  if (field.type === "integer") {
    return <span className="number">{isQuantity(field, isKey) ? count(Number(text)) : text}</span>;
  }
  if (field.type === "decimal") return <span className="number">{decimal(text)}</span>;
  if (field.type === "date") return <Day on={text} />;
  if (field.type === "timestamp") return <Moment at={text} />;
  if (field.type === "uuid" && !isWhole) return <code title={text}>{text.slice(0, SHORT)}</code>;
  if (field.type === "uuid") return <code>{text}</code>;
  if (field.choices.includes(text)) return <span>{label(text)}</span>;
  return text.length > LONG_TEXT && !isWhole ? <span title={text}>{text}</span> : <span>{text}</span>;
}

function Truth({ is }: { is: boolean }) {
  const words = useWords("shared");
  return <span>{words(is ? "yes" : "no")}</span>;
}

/** What has an inside of its own, folded. */
function Json({ value, isOpen }: { value: unknown; isOpen: boolean }) {
  const words = useWords("explorer");
  const entries = typeof value === "object" && value !== null ? Object.keys(value).length : 1;
  if (!entries) return <span className="quiet">–</span>;
  return (
    <details className="json" open={isOpen}>
      <summary>{words("json", { count: entries })}</summary>
      <pre>{JSON.stringify(value, null, 2)}</pre>
    </details>
  );
}
