import { QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { IntlProvider } from "use-intl";
import { expect, test } from "vitest";
import { en } from "../words/en";
import { Shown } from "./States";

const told = { queryKey: ["told"], queryFn: async () => "twelve rows", staleTime: Number.POSITIVE_INFINITY };

function Told() {
  const query = useQuery(told);
  return <Shown query={query}>{(data) => <p>{data}</p>}</Shown>;
}

/** What stood on the page from the first moment on, one after the other. */
function drawn(queries: QueryClient): (string | null)[] {
  const place = document.body.appendChild(document.createElement("div"));
  const watching = new MutationObserver(() => undefined);
  watching.observe(place, { childList: true, subtree: true });
  render(
    <IntlProvider locale="en" messages={en} timeZone="UTC">
      <QueryClientProvider client={queries}>
        <Told />
      </QueryClientProvider>
    </IntlProvider>,
    { container: place },
  );
  return watching.takeRecords().flatMap(({ addedNodes }) => [...addedNodes].map((node) => node.textContent));
}

test("what is on its way says so, and shows once it has come", async () => {
  expect(drawn(new QueryClient())).toEqual([en.shared.loading]);
  expect(await screen.findByText("twelve rows")).toBeTruthy();
  expect(screen.queryByText(en.shared.loading)).toBeNull();
});

test("what was asked for before shows at once, without a word of loading", () => {
  const queries = new QueryClient();
  queries.setQueryData(told.queryKey, "nine rows");
  expect(drawn(queries)).toEqual(["nine rows"]);
});
