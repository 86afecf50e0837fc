import { useMutation } from "@tanstack/react-query";
import { useRouter, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { answered, type Schemas } from "../shared/api/client";
import { byPasskey } from "../shared/api/passkeys";
import { begin, door, session } from "../shared/api/session";
import { Button } from "../shared/ui/Button";
import { TextInput } from "../shared/ui/Fields";
import { CommandForm, entry } from "../shared/ui/Form";
import { Trouble } from "../shared/ui/States";
import { useWords } from "../shared/words";
import "./shell.css";

type Credentials = Schemas["Credentials"];

/** The door: by password or by passkey; afterwards on to where one was going. */
export function SignIn() {
  const words = useWords("shell");
  const router = useRouter();
  const { to } = useSearch({ strict: false }) as { to?: string };
  useEffect(() => {
    document.title = `${words("signIn")} · Daybook`;
  }, [words]);

  function enter(answer: { data: Schemas["TokenPair"] }): void {
    begin(answer.data);
    // Only ways within the app: an address of elsewhere would lead people off with their trust.
    router.history.replace(to && /^\/(?!\/)/.test(to) ? `/app${to}` : "/app/");
  }
  useEffect(() => {
    if (session.state() === "in") router.history.replace("/app/");
  }, [router]);

  const password = useMutation({
    mutationFn: (body: Credentials) => answered(door.POST("/auth/token", { body })),
    onSuccess: enter,
  });
  const passkey = useMutation({
    mutationFn: async () => answered(door.POST("/auth/passkeys/sign-in", { body: { passkey: await byPasskey() } })),
    onSuccess: enter,
  });
  return (
    <main className="door stack">
      <h1>{words("signIn")}</h1>
      <div className="card stack">
        <CommandForm
          command={password}
          body={(form): Credentials => ({ email: entry(form, "email"), password: String(form.get("password")) })}
          action={words("signIn")}
        >
          <TextInput name="email" type="email" label={words("email")} autoComplete="username" isRequired autoFocus />
          <TextInput
            name="password"
            type="password"
            label={words("password")}
            autoComplete="current-password"
            isRequired
          />
        </CommandForm>
        <Button onPress={() => passkey.mutate()} isPending={passkey.isPending}>
          {words("byPasskey")}
        </Button>
        {passkey.error && <Trouble error={passkey.error} />}
      </div>
    </main>
  );
}
