import { Page } from "../shared/ui/Page";
import { useWords } from "../shared/words";

/** One's own sessions, password and passkeys. */
export function Account() {
  const words = useWords("shell");
  return <Page title={words("yourSignIn")}>{null}</Page>;
}
