import { Link } from "@tanstack/react-router";
import type { Schemas } from "../shared/api/client";
import { Section } from "../shared/ui/Page";
import { useWords } from "../shared/words";

/** What cannot leave in a file, and why. */
export function LeftOut({ leftOut }: { leftOut: Schemas["LeftOut"][] }) {
  const words = useWords("payments.batches");
  return (
    <Section title={words("leftOut")}>
      <ul>
        {leftOut.map(({ uid, reason }) => (
          <li key={uid}>
            <Link to="/payments/$id" params={{ id: uid }}>
              {words("thisPayment")}
            </Link>
            : {reason}
          </li>
        ))}
      </ul>
    </Section>
  );
}
