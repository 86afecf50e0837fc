import { useMutation, useQuery } from "@tanstack/react-query";
import { useRouter, useSearch } from "@tanstack/react-router";
import { useEffect, useSyncExternalStore } from "react";
import { answered, type Schemas } from "../shared/api/client";
import { byPasskey, hasPasskeys } from "../shared/api/passkeys";
import { goToProvider } from "../shared/api/provider";
import { begin, door, knownWays, session, ways } from "../shared/api/session";
import { Button } from "../shared/ui/Button";
import { TextInput } from "../shared/ui/Fields";
import { CommandForm, entry } from "../shared/ui/Form";
import { useWords } from "../shared/words";
import { CameBack } from "./CameBack";
import { Door } from "./Door";
import { PasswordInput } from "./PasswordInput";
import { Refusal } from "./Refusal";
import { wayInto } from "./wayInto";

type Credentials = Schemas["Credentials"];
type Search = { to?: string; code?: string; error?: string };

/** Where people sign in, and where the firm's provider sends them back to. */
export function SignIn() {
  const { code, error } = useSearch({ strict: false }) as Search;
  return code !== undefined || error !== undefined ? <CameBack /> : <WaysIn />;
}

/** By password, by passkey or by the firm's provider; afterwards on to where one was going. */
function WaysIn() {
  const words = useWords("shell");
  const router = useRouter();
  const { to } = useSearch({ strict: false }) as Search;
  const why = session.why();
  const known = knownWays();
  const { data } = useQuery({ queryKey: ["ways"], queryFn: ways, ...(known && { initialData: known }) });
  const { provider } = data ?? { provider: null };

  // Whoever is in goes on, whether they signed in here or in another tab.
  const state = useSyncExternalStore(session.watch, session.state);
  useEffect(() => {
    if (state === "in") router.history.replace(wayInto(to));
  }, [state, router, to]);
  const enter = (answer: { data: Schemas["TokenPair"] }): void => begin(answer.data);

  const password = useMutation({
    mutationFn: (body: Credentials) => answered(door.POST("/auth/token", { body })),
    onSuccess: enter,
  });
  const passkey = useMutation({
    mutationFn: async () => answered(door.POST("/auth/passkeys/sign-in", { body: { passkey: await byPasskey() } })),
    onSuccess: enter,
  });
  const leave = useMutation({ mutationFn: () => goToProvider(to ?? "/") });
  return (
    <Door title={words("signIn")}>
      {why && (
        <p className="notice wait" role="status">
          {words(`out.${why}`)}
        </p>
      )}
      <div className="card stack">
        <CommandForm
          command={password}
          body={(form): Credentials => ({ email: entry(form, "email"), password: String(form.get("password")) })}
          action={words("signIn")}
          told={(error) => <Refusal error={error} />}
        >
          <TextInput name="email" type="email" label={words("email")} autoComplete="username" isRequired autoFocus />
          <PasswordInput name="password" label={words("password")} autoComplete="current-password" isRequired />
        </CommandForm>
        <div className="stack other-ways">
          {hasPasskeys() && (
            <Button onPress={() => passkey.mutate()} isPending={passkey.isPending}>
              {words("byPasskey")}
            </Button>
          )}
          {passkey.error && <Refusal error={passkey.error} />}
          {provider && (
            <Button onPress={() => leave.mutate()} isPending={leave.isPending}>
              {words("byProvider", { provider })}
            </Button>
          )}
          {leave.error && <Refusal error={leave.error} />}
        </div>
      </div>
      <p className="quiet small">{words("forgotten")}</p>
    </Door>
  );
}
