import { useMutation } from "@tanstack/react-query";
import { Link, useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { answered, type Schemas } from "../shared/api/client";
import { begin, door } from "../shared/api/session";
import { CommandForm } from "../shared/ui/Form";
import { useWords } from "../shared/words";
import { Door } from "./Door";
import { PasswordInput } from "./PasswordInput";
import { Refusal } from "./Refusal";

type Chosen = Schemas["NewPassword"];

/** Where the link of an invitation or a reset leads. Its token stands behind the #, which browsers send to nobody. */
export function ChoosePassword() {
  const words = useWords("shell");
  const router = useRouter();
  const [token] = useState(() => location.hash.slice(1));
  useEffect(() => history.replaceState(history.state, "", location.pathname), []);
  const choose = useMutation({
    mutationFn: (body: Chosen) => answered(door.POST("/auth/password", { body })),
    onSuccess: ({ data }) => {
      begin(data);
      router.history.replace("/app/");
    },
  });
  return (
    <Door title={words("choosePassword")}>
      {token ? (
        <div className="card stack">
          <CommandForm
            command={choose}
            body={(form): Chosen => ({ token, new_password: String(form.get("new_password")) })}
            action={words("choose")}
            told={(error) => <Refusal error={error} />}
          >
            <PasswordInput
              name="new_password"
              label={words("newPassword")}
              hint={words("passwordRules")}
              autoComplete="new-password"
              isRequired
              autoFocus
            />
          </CommandForm>
        </div>
      ) : (
        <p className="notice wait">{words("noToken")}</p>
      )}
      <p>
        <Link to="/sign-in">{words("signIn")}</Link>
      </p>
    </Door>
  );
}
