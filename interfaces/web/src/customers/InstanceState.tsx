import { useQuery } from "@tanstack/react-query";
import { Status } from "../shared/ui/values";
import { useWords } from "../shared/words";
import { choice } from "../shared/words/names";
import { definitionOf, definitionsQuery, type Instance, stepTitle } from "./queries";

/** How far somebody is, and whom it waits for. */
export function InstanceState({ instance }: { instance: Instance }) {
  const words = useWords("customers");
  const definitions = useQuery(definitionsQuery);
  if (instance.status === "over") {
    return <Status mood="good">{words("over", { outcome: choice(instance.outcome ?? "") })}</Status>;
  }
  const definition = definitionOf(instance, definitions.data?.data.data ?? []);
  const steps = instance.awaited.map((name) => stepTitle(name, definition)).join(", ");
  return (
    <Status mood={instance.is_late ? "bad" : "wait"}>
      {words(instance.awaited_of === "staff" ? "waitsForStaff" : "waitsForApplicant", { steps })}
      {instance.is_late && ` (${words("late")})`}
    </Status>
  );
}
