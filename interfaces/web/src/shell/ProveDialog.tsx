/** Asked once more who one is, where the API wants a recent sign-in; what was being done goes on by itself. */

import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { answered, api, type Schemas } from "../shared/api/client";
import { proveBy } from "../shared/api/commands";
import { byPasskey } from "../shared/api/passkeys";
import { Button } from "../shared/ui/Button";
import { Dialog } from "../shared/ui/Dialog";
import { TextInput } from "../shared/ui/Fields";
import { CommandForm, entry } from "../shared/ui/Form";
import { useWords } from "../shared/words";

type Proof = Schemas["ProvenAgain"];

export function ProveDialog() {
  const words = useWords("shell");
  const [decide, setDecide] = useState<(proven: boolean) => void>();
  useEffect(() => proveBy(() => new Promise((resolve) => setDecide(() => resolve))), []);

  const confirm = useMutation({
    mutationFn: (body: Proof) => answered(api.POST("/auth/confirm", { body })),
    onSuccess: () => close(true),
  });
  const passkey = useMutation({
    mutationFn: async () => answered(api.POST("/auth/confirm", { body: { passkey: await byPasskey() } })),
    onSuccess: () => close(true),
  });

  function close(proven: boolean): void {
    decide?.(proven);
    setDecide(undefined);
    confirm.reset();
  }

  return (
    <Dialog title={words("prove")} open={decide !== undefined} onClose={() => close(false)}>
      <p>{words("proveWhy")}</p>
      <CommandForm
        command={confirm}
        body={(form): Proof => ({ password: entry(form, "password") })}
        action={words("proveByPassword")}
        beside={
          <Button onPress={() => passkey.mutate()} isPending={passkey.isPending}>
            {words("proveByPasskey")}
          </Button>
        }
      >
        <TextInput
          name="password"
          type="password"
          label={words("password")}
          autoComplete="current-password"
          isRequired
          autoFocus
        />
      </CommandForm>
    </Dialog>
  );
}
