import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { I18nProvider } from "react-aria-components/I18nProvider";
import { IntlProvider } from "use-intl";
import { expect, test } from "vitest";
import { en } from "../words/en";
import { DateInput, DateTimeInput } from "./dates";

const ZONE = "Europe/Berlin";

function form(field: React.ReactNode) {
  render(
    <I18nProvider locale="en-GB">
      <IntlProvider locale="en-GB" messages={en} timeZone={ZONE}>
        <form data-testid="form">{field}</form>
      </IntlProvider>
    </I18nProvider>,
  );
  return () => new FormData(screen.getByTestId<HTMLFormElement>("form"));
}

test("a typed day is sent as it is written in the API", async () => {
  const sent = form(<DateInput name="since" label="Since" />);
  await userEvent.click(screen.getByRole("spinbutton", { name: /day/i }));
  await userEvent.keyboard("14032026");
  expect(sent().getAll("since")).toEqual(["2026-03-14"]);
});

test("a moment is sent with the offset of its zone, once", () => {
  const sent = form(<DateTimeInput name="at" label="When" zone={ZONE} defaultValue="2026-07-14T16:30:00Z" />);
  expect(sent().getAll("at")).toEqual(["2026-07-14T18:30:00+02:00"]);
});

test("a time that is missing goes on to the hour that followed", async () => {
  const sent = form(<DateTimeInput name="at" label="When" zone={ZONE} defaultValue="2026-03-29T03:30:00+02:00" />);
  await userEvent.click(screen.getByRole("spinbutton", { name: /hour/i }));
  await userEvent.keyboard("02");
  await userEvent.click(document.body);
  expect(sent().get("at")).toBe("2026-03-29T03:30:00+02:00");
});

test("of a time that comes twice it is asked which one is meant", async () => {
  const sent = form(<DateTimeInput name="at" label="When" zone={ZONE} defaultValue="2026-10-25T02:30:00+02:00" />);
  await userEvent.selectOptions(screen.getByRole("combobox"), "The second, an hour later (UTC+01:00)");
  expect(sent().get("at")).toBe("2026-10-25T02:30:00+01:00");
});
