import { QueryClient, QueryClientProvider, useMutation } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { IntlProvider } from "use-intl";
import { expect, test } from "vitest";
import { type Answered, type Problem, Refused } from "../api/client";
import { en } from "../words/en";
import { TextInput } from "./Fields";
import { CommandForm, entry } from "./Form";

const WRONG = "This is no number of an account.";

function Opening() {
  const command = useMutation<Answered<string>, Error, string>({
    mutationFn: async (iban) => {
      if (iban !== "DE89") throw refused();
      return {} as Answered<string>;
    },
  });
  return (
    <CommandForm command={command} body={(form) => entry(form, "iban")} action="Open">
      <TextInput name="iban" label="IBAN" isRequired />
      {command.isSuccess && <p>It is open.</p>}
    </CommandForm>
  );
}

function refused(): Refused {
  const errors = [{ code: "wrong", detail: WRONG, pointer: "/iban" }];
  return new Refused({ status: 422, code: "invalid", title: "", detail: "", errors } as unknown as Problem);
}

test("what was said against a field goes while it is mended, so that the button stays where it is pressed", async () => {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <IntlProvider locale="en-GB" messages={en} timeZone="Europe/Berlin">
        <Opening />
      </IntlProvider>
    </QueryClientProvider>,
  );
  const iban = screen.getByLabelText("IBAN");
  await userEvent.type(iban, "DE00");
  await userEvent.click(screen.getByRole("button", { name: "Open" }));
  expect(await screen.findByText(WRONG)).toBeTruthy();
  await userEvent.clear(iban);
  await userEvent.type(iban, "DE8");
  expect(screen.queryByText(WRONG)).toBeNull();
  expect(document.activeElement).toBe(iban);
  await userEvent.type(iban, "9");
  await userEvent.click(screen.getByRole("button", { name: "Open" }));
  expect(await screen.findByText("It is open.")).toBeTruthy();
});
