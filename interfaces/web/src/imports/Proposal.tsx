import { Button } from "../shared/ui/Button";
import { useWords } from "../shared/words";
import { label } from "../shared/words/names";
import type { Options } from "./drafts";

/** Options under which a file could be read; never used without somebody who says that they are right. */
export function Proposal({ proposal, onTake }: { proposal: Options; onTake: () => void }) {
  const words = useWords("imports");
  return (
    <div className="notice wait stack">
      <p>{words("proposal")}</p>
      <ul>
        {Object.entries(proposal).map(([name, value]) => (
          <li key={name}>
            {label(name)}: <code>{value}</code>
          </li>
        ))}
      </ul>
      <div className="row">
        <Button onPress={onTake}>{words("takeProposal")}</Button>
      </div>
    </div>
  );
}
