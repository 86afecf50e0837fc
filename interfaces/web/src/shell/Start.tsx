import { useMe } from "../shared/api/me";
import { Page } from "../shared/ui/Page";
import { useWords } from "../shared/words";

/** What waits for this person. */
export function Start() {
  const words = useWords("shell");
  const { name } = useMe();
  return <Page title={words("welcome", { name })}>{null}</Page>;
}
