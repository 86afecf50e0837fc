import { useMutation } from "@tanstack/react-query";
import { token } from "../../shared/api/session";
import { Button } from "../../shared/ui/Button";
import { TextArea } from "../../shared/ui/Fields";
import { Section } from "../../shared/ui/Page";
import { Trouble } from "../../shared/ui/States";
import { useWords } from "../../shared/words";

/** An access token for a program that is to be oneself for ten minutes; it is shown to whoever asks for it. */
export function ProgramToken() {
  const words = useWords("shell.programs");
  const shown = useMutation({ mutationFn: token, gcTime: 0 });
  return (
    <Section title={words("title")}>
      <p className="quiet">{words("lead")}</p>
      {shown.data ? (
        <div className="narrow">
          <TextArea name="token" label={words("token")} value={shown.data} isReadOnly />
        </div>
      ) : (
        <p>
          <Button onPress={() => shown.mutate()}>{words("show")}</Button>
        </p>
      )}
      {shown.error && <Trouble error={shown.error} />}
    </Section>
  );
}
