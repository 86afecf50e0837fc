import type { Schemas } from "../shared/api/client";
import { Chart } from "../shared/ui/Chart";
import { Facts, Money } from "../shared/ui/values";
import { locale, useWords } from "../shared/words";
import "./customers.css";

const MONTHS = new Intl.DateTimeFormat(locale, { month: "short", year: "numeric", timeZone: "UTC" });

/** What came in and went out by month; currencies are never added up. */
export function CashFlow({ flow }: { flow: Schemas["CustomerCashFlow"] }) {
  const words = useWords("customers");
  return (
    <>
      {flow.totals.map(({ currency, income, expenses, net }) => {
        const months = flow.data.filter((month) => month.currency === currency);
        return (
          <div key={currency} className="customer-flow">
            <Chart
              title={words("cashFlowTitle")}
              xName={words("month")}
              x={months.map(({ month }) => MONTHS.format(new Date(`${month}T00:00:00Z`)))}
              series={[
                { name: words("income"), values: months.map((month) => month.income) },
                { name: words("expenses"), values: months.map((month) => month.expenses) },
                { name: words("net"), values: months.map((month) => month.net) },
              ]}
              kind="bars"
              unit={currency}
            />
            <div>
              <h3>{words("sums")}</h3>
              <Facts
                facts={[
                  [words("income"), <Money key="in" amount={income} currency={currency} />],
                  [words("expenses"), <Money key="out" amount={expenses} currency={currency} />],
                  [words("net"), <Money key="net" amount={net} currency={currency} />],
                ]}
              />
            </div>
          </div>
        );
      })}
    </>
  );
}
