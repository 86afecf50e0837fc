import { useRef } from "react";
import { api, type Schemas } from "../../shared/api/client";
import { useCommand } from "../../shared/api/commands";
import { BY_COOKIE, begin } from "../../shared/api/session";
import { CommandForm } from "../../shared/ui/Form";
import { Section } from "../../shared/ui/Page";
import { say } from "../../shared/ui/toasts";
import { useWords } from "../../shared/words";
import { PasswordInput } from "../PasswordInput";
import { Refusal } from "../Refusal";

type Chosen = Schemas["NewPassword"];

/** Another password; it begins a new session here and ends all others. */
export function ChangePassword() {
  const words = useWords("shell");
  const form = useRef<HTMLDivElement>(null);
  const change = useCommand(
    (body: Chosen, header) => api.POST("/auth/password", { body, params: { header: { ...header, ...BY_COOKIE } } }),
    {
      onDone: ({ data }) => {
        begin(data);
        say(words("changing.changed"));
        form.current?.querySelector("form")?.reset();
      },
    },
  );
  return (
    <Section title={words("changing.title")}>
      <p className="quiet">{words("changing.lead")}</p>
      <div ref={form} className="narrow">
        <CommandForm
          command={change}
          body={(entered): Chosen => ({
            current_password: String(entered.get("current_password")),
            new_password: String(entered.get("new_password")),
          })}
          action={words("changing.change")}
          kind=""
          told={(error) => <Refusal error={error} />}
        >
          <PasswordInput
            name="current_password"
            label={words("changing.current")}
            autoComplete="current-password"
            isRequired
          />
          <PasswordInput
            name="new_password"
            label={words("newPassword")}
            hint={words("passwordRules")}
            autoComplete="new-password"
            isRequired
          />
        </CommandForm>
      </div>
    </Section>
  );
}
