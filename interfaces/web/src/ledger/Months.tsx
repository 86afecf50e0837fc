import { useQuery } from "@tanstack/react-query";
import { sum } from "../shared/exact";
import { Chart } from "../shared/ui/Chart";
import { useWords } from "../shared/words";
import { month } from "../shared/words/format";
import { type Book, isOf } from "./books";
import { ACCOUNTS } from "./chart";
import { type Entry, monthsQuery } from "./queries";

type Account = Entry["debit_account"];
type Moved = Book & {
  "posted_at:month": string;
  "sum:amount": string;
  debit_account?: Account;
  credit_account?: Account;
};

/** How far each account of a book moved by month. */
export function Months({ book, name, asOf }: { book: Book; name: string; asOf: string | undefined }) {
  const words = useWords("ledger");
  const debits = useQuery(monthsQuery("debit_account", asOf));
  const credits = useQuery(monthsQuery("credit_account", asOf));
  if (!debits.data || !credits.data) return null;
  const rows = [debits.data, credits.data].flatMap(({ data }) => data.data as unknown as Moved[]).filter(isOf(book));
  const months = [...new Set(rows.map((row) => row["posted_at:month"]))].sort();
  const series = ACCOUNTS.map((account) => ({
    name: words(`accounts.${account}`),
    values: months.map((one) => movement(account, rows, one)),
  })).filter(({ values }) => values.some((value) => /[1-9]/.test(value)));
  if (!series.length) return null;
  return (
    <Chart
      title={words("chartTitle", { book: name })}
      xName={words("month")}
      x={months.map(month)}
      series={series}
      kind="bars"
      unit={book.currency}
    />
  );
}

function movement(account: Account, rows: Moved[], at: string): string {
  const amounts = rows
    .filter((row) => row["posted_at:month"] === at)
    .flatMap((row) => [
      ...(row.debit_account === account ? [row["sum:amount"]] : []),
      ...(row.credit_account === account ? [negative(row["sum:amount"])] : []),
    ]);
  return sum(amounts);
}

function negative(text: string): string {
  return text.startsWith("-") ? text.slice(1) : `-${text}`;
}
