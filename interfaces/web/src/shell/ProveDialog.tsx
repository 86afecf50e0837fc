/** Asked once more who one is, where the API wants a recent sign-in; what was being done goes on by itself. */

import { useMutation, useQuery } from "@tanstack/react-query";
import { answered, api, type Schemas } from "../shared/api/client";
import { byPasskey, hasPasskeys } from "../shared/api/passkeys";
import { proveByProvider } from "../shared/api/provider";
import { ways } from "../shared/api/session";
import { Button } from "../shared/ui/Button";
import { Dialog } from "../shared/ui/Dialog";
import { CommandForm } from "../shared/ui/Form";
import { useWords } from "../shared/words";
import { PasswordInput } from "./PasswordInput";
import type { Proof } from "./proof";
import { Refusal } from "./Refusal";

type Proven = Schemas["ProvenAgain"];

export function ProveDialog({ proof }: { proof: Proof }) {
  const words = useWords("shell");
  return (
    <Dialog title={words("prove")} open onClose={() => proof.decide(false)}>
      <Ways takes={proof.takes} onProven={() => proof.decide(true)} />
    </Dialog>
  );
}

function Ways({ takes, onProven }: { takes: (way: string) => boolean; onProven: () => void }) {
  const words = useWords("shell");
  const { data } = useQuery({ queryKey: ["ways"], queryFn: ways });
  const provider = takes("oidc") ? (data?.provider ?? undefined) : undefined;
  const confirm = useMutation({
    mutationFn: (body: Proven) => answered(api.POST("/auth/confirm", { body })),
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
          body={(form): Proven => ({ password: String(form.get("password")) })}
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
