import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { IntlProvider } from "use-intl";
import { beforeAll, expect, test } from "vitest";
import { sum } from "../exact";
import { en } from "../words/en";
import { Chart } from "./Chart";
import { atMostSix, extent, spans } from "./chart-data";

beforeAll(() => {
  // jsdom lays nothing out.
  Object.defineProperty(HTMLElement.prototype, "clientWidth", { configurable: true, value: 800 });
  globalThis.ResizeObserver = class {
    observe() {}
    unobserve() {}
    disconnect() {}
  };
});

const SERIES = [
  { name: "electricity", values: ["1204.810", "0", null] },
  { name: "refunds", values: ["-12.5", "3", "7.25"] },
];

function chart() {
  render(
    <IntlProvider locale="en-GB" messages={en}>
      <Chart title="How much?" xName="Month" x={["Jan", "Feb", "Mar"]} series={SERIES} kind="stacked" unit="kg" />
    </IntlProvider>,
  );
  return screen.findByRole("slider");
}

test("arrow keys read each value exactly", async () => {
  const slider = await chart();
  slider.focus();
  expect(slider.getAttribute("aria-valuetext")).toBe("Jan, electricity: 1,204.810 kg");
  await userEvent.keyboard("{ArrowUp}");
  expect(slider.getAttribute("aria-valuetext")).toBe("Jan, refunds: −12.5 kg");
  await userEvent.keyboard("{End}{ArrowDown}");
  expect(slider.getAttribute("aria-valuetext")).toBe("Mar, electricity: none");
});

test("t shows the same data as a table and back, and the focus stays in it", async () => {
  (await chart()).focus();
  await userEvent.keyboard("t");
  expect(screen.getByRole("row", { name: "Jan 1,204.810 −12.5" })).toBeTruthy();
  expect(document.activeElement?.getAttribute("aria-label")).toBe("How much?");
  await userEvent.keyboard("t");
  expect(await screen.findByRole("slider")).toBe(document.activeElement);
});

test("what is negative stacks below the line, and zero is on the axis", () => {
  const marks = spans(
    [
      { name: "a", values: ["2"] },
      { name: "b", values: ["-3"] },
      { name: "c", values: ["4"] },
    ],
    "stacked",
  );
  expect(marks.flat()).toEqual([
    { from: 0, to: 2 },
    { from: 0, to: -3 },
    { from: 2, to: 6 },
  ]);
  expect(extent(marks)).toEqual([-3, 6]);
  expect(extent(spans([{ name: "a", values: ["5"] }], "lines"))).toEqual([0, 5]);
});

test("the smallest beyond six are summed exactly as one", () => {
  const series = ["0.1", "9", "0.2", "8", "7", "6", "5"].map((value, place) => ({
    name: `s${place}`,
    values: [value],
  }));
  const shown = atMostSix(series, "others");
  expect(shown.map(({ name }) => name)).toEqual(["s1", "s3", "s4", "s5", "s6", "others"]);
  expect(shown.at(-1)?.values).toEqual(["0.3"]);
  expect(sum(["-0.05", "1"])).toBe("0.95");
  expect(sum(["-1.25", "1"])).toBe("-0.25");
  expect(sum([])).toBe("0");
});
