import { type Mood, Status } from "../shared/ui/values";
import { useWords } from "../shared/words";

type State = "active" | "inactive" | "open" | "closed" | "deactivated";
const MOODS: Record<State, Mood> = {
  active: "good",
  open: "good",
  inactive: "quiet",
  closed: "quiet",
  deactivated: "quiet",
};

/** Whether somebody or something is in use. */
export function Standing({ status }: { status: State }) {
  const words = useWords("banks.states");
  return <Status mood={MOODS[status]}>{words(status)}</Status>;
}
