/** What happened to a form and to its customer, as sentences. */

import { useQuery } from "@tanstack/react-query";
import { useMay } from "../shared/api/me";
import type { EventView, Telling } from "../shared/ui/Timeline";
import { useWords } from "../shared/words";
import { choice, label, valueText } from "../shared/words/names";
import { type Definition, definitionsQuery } from "./queries";

type Data = {
  step?: string;
  steps?: string[];
  of?: string;
  outcome?: string;
  values?: Record<string, unknown>;
};

export function useTelling(): Telling {
  const words = useWords("customers.told");
  const mayRead = useMay("workflows:read");
  const definitions = useQuery({ ...definitionsQuery, enabled: mayRead });
  const known = (definitions.data?.data.data ?? []) as Definition[];
  const titles = new Map(known.flatMap(({ steps }) => steps.map(({ name, title }) => [name, title])));
  const step = (name = "") => titles.get(name) ?? label(name);
  const tell = (event: EventView) => {
    const data = event.data as Data;
    const steps = (data.steps ?? []).map(step).join(", ");
    const detail = <Values values={data.values ?? {}} />;
    switch (event.name) {
      case "customer.registered.v1":
        return { what: words("registered"), detail: "" };
      case "workflow.started.v1":
        return { what: words("started"), detail: "" };
      case "workflow.step_submitted.v1":
        return { what: words("submitted", { step: step(data.step) }), detail };
      case "workflow.step_performed.v1":
        return { what: words("performed", { step: step(data.step) }), detail };
      case "workflow.step_skipped.v1":
        return { what: words("skipped", { step: step(data.step) }), detail: "" };
      case "workflow.steps_awaited.v1":
        return { what: words(data.of === "staff" ? "awaitedStaff" : "awaitedApplicant", { steps }), detail: "" };
      case "workflow.deadline_passed.v1":
        return { what: words("late", { steps }), detail: "" };
      case "workflow.ended.v1":
        return { what: words("ended", { outcome: choice(data.outcome ?? "") }), detail: "" };
      default:
        return undefined;
    }
  };
  return (event) => {
    const told = tell(event);
    return told && (event.actor === "applicant" ? { ...told, who: words("applicant") } : told);
  };
}

/** What was said at a step, or what it came to; ids and whole files stay behind the link of the event. */
function Values({ values }: { values: Record<string, unknown> }) {
  const plain = Object.entries(values).filter(
    ([name, value]) => value !== null && typeof value !== "object" && !/(^|_)(u?ids?|sha256|hash)$/.test(name),
  );
  if (!plain.length) return null;
  return (
    <p className="small">
      {plain.map(([name, value], place) => (
        <span key={name}>
          {place > 0 && " · "}
          <span className="quiet">{label(name)}</span> {valueText(value)}
        </span>
      ))}
    </p>
  );
}
