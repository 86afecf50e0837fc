/** Asked once more who one is, where the API wants a recent sign-in; what was being done goes on by itself. */

import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { answered, api, type Schemas } from "../shared/api/client";
import { type ProofAsked, proveBy } from "../shared/api/commands";
import { byPasskey, hasPasskeys } from "../shared/api/passkeys";
import { proveByProvider } from "../shared/api/provider";
import { ways } from "../shared/api/session";
import { Button } from "../shared/ui/Button";
import { Dialog } from "../shared/ui/Dialog";
import { CommandForm } from "../shared/ui/Form";
import { useWords } from "../shared/words";
import { PasswordInput } from "./PasswordInput";
import { Refusal } from "./Refusal";

type Proof = Schemas["ProvenAgain"];
type Asked = { takes: (way: string) => boolean; answer: Promise<boolean>; decide: (proven: boolean) => void };

export function ProveDialog() {
  const words = useWords("shell");
  const [asked, setAsked] = useState<Asked>();
  const current = useRef<Asked>(undefined);
  useEffect(
    () =>
      proveBy((proof) => {
        // Who does two things at once is asked once for both.
        current.current ??= newlyAsked(proof);
        setAsked(current.current);
        return current.current.answer;
      }),
    [],
  );
  function close(proven: boolean): void {
    current.current?.decide(proven);
    current.current = undefined;
    setAsked(undefined);
  }
  return (
    <Dialog title={words("prove")} open={asked !== undefined} onClose={() => close(false)}>
      {asked && <Ways takes={asked.takes} onProven={() => close(true)} />}
    </Dialog>
  );
}

function newlyAsked({ expected_ways }: ProofAsked): Asked {
  let decide: Asked["decide"] = () => undefined;
  const answer = new Promise<boolean>((resolve) => {
    decide = resolve;
  });
  const accepted = Object.values(expected_ways ?? {});
  return { takes: (way) => accepted.every((one) => one.includes(way)), answer, decide };
}

function Ways({ takes, onProven }: { takes: (way: string) => boolean; onProven: () => void }) {
  const words = useWords("shell");
  const { data } = useQuery({ queryKey: ["ways"], queryFn: ways });
  const provider = takes("oidc") ? (data?.provider ?? undefined) : undefined;
  const confirm = useMutation({
    mutationFn: (body: Proof) => answered(api.POST("/auth/confirm", { body })),
    onSuccess: onProven,
  });
  const passkey = useMutation({
    mutationFn: async () => answered(api.POST("/auth/confirm", { body: { passkey: await byPasskey() } })),
    onSuccess: onProven,
  });
  const beside = useMutation({ mutationFn: () => proveByProvider(onProven) });
  const byKey = takes("passkey") && hasPasskeys();
  return (
    <>
      <p>{words("proveWhy")}</p>
      {takes("password") && (
        <CommandForm
          command={confirm}
          body={(form): Proof => ({ password: String(form.get("password")) })}
          action={words("proveBy.password")}
          told={(error) => <Refusal error={error} />}
        >
          <PasswordInput
            name="password"
            label={words("password")}
            autoComplete="current-password"
            isRequired
            autoFocus
          />
        </CommandForm>
      )}
      <div className="row">
        {byKey && (
          <Button onPress={() => passkey.mutate()} isPending={passkey.isPending}>
            {words("proveBy.passkey")}
          </Button>
        )}
        {provider && (
          <Button onPress={() => beside.mutate()} isPending={beside.isPending}>
            {words("proveBy.provider", { provider })}
          </Button>
        )}
      </div>
      {passkey.error && <Refusal error={passkey.error} />}
      {beside.error && <Refusal error={beside.error} />}
      {beside.isSuccess && provider && <p role="status">{words("proveAtProvider", { provider })}</p>}
      {!takes("password") && !byKey && data && !provider && <p className="notice wait">{words("proveNoWay")}</p>}
    </>
  );
}
