import { auditsFirm, useMe } from "../shared/api/me";
import { session } from "../shared/api/session";
import { Page } from "../shared/ui/Page";
import { useWords } from "../shared/words";
import { ChangePassword } from "./account/ChangePassword";
import { Passkeys } from "./account/Passkeys";
import { ProgramToken } from "./account/ProgramToken";
import { Sessions } from "./account/Sessions";

/** One's own sessions, passkeys and password. */
export function Account() {
  const words = useWords("shell");
  const me = useMe();
  const { name } = me;
  if (session.isOpen()) return <Page title={words("yourSignIn")}>{words("nobodySignsIn")}</Page>;
  const roles = auditsFirm(me) ? words("firmAuditor") : me.roles.map((one) => words(`roles.${one}`)).join(", ");
  return (
    <Page title={words("yourSignIn")} lead={words("yourLead", { name, roles })}>
      <Sessions />
      <div className="columns">
        <Passkeys />
        <ChangePassword />
      </div>
      <ProgramToken />
    </Page>
  );
}
