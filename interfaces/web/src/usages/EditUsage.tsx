import { useQuery } from "@tanstack/react-query";
import { api, type Schemas } from "../shared/api/client";
import { useBasis, useCommand } from "../shared/api/commands";
import { Button } from "../shared/ui/Button";
import { Dialog } from "../shared/ui/Dialog";
import { Shown } from "../shared/ui/States";
import { say } from "../shared/ui/toasts";
import { useWords } from "../shared/words";
import { decimal } from "../shared/words/format";
import { type Usage, type UsageType, usageQuery } from "./queries";
import { UsageForm } from "./UsageForm";

type Props = { usage: Usage; types: readonly UsageType[]; onClose: () => void };

/** Changes a usage as it is now: what somebody else, or another tab, changed meanwhile is refused. */
export function EditUsage({ usage, types, onClose }: Props) {
  const words = useWords("usages");
  const current = useQuery({ ...usageQuery(usage.id), staleTime: 0 });
  return (
    <Dialog title={words("editTitle")} open onClose={onClose}>
      <Shown query={current}>
        {({ data, etag }) => <Form read={{ usage: data as Usage, etag }} types={types} onClose={onClose} />}
      </Shown>
    </Dialog>
  );
}

type Read = { usage: Usage; etag: string };

function Form({ read, types, onClose }: Omit<Props, "usage"> & { read: Read }) {
  const words = useWords("usages");
  const shared = useWords("shared");
  const [basis, onRefused] = useBasis(read);
  const change = useCommand(
    (body: Schemas["NewUsage"], header) =>
      api.PATCH("/usages/{record_id}", {
        body: changed(body, basis.usage),
        params: { path: { record_id: String(basis.usage.id) }, header: { ...header, "If-Match": basis.etag } },
      }),
    {
      onRefused,
      onDone: ({ data }) => {
        const emissions = `${decimal(data.emissions)} ${data.emissions_unit}`;
        say(words(data.repriced ? "repriced" : "changed", { emissions }));
        onClose();
      },
    },
  );
  return (
    <UsageForm
      key={basis.etag}
      types={types}
      usage={basis.usage}
      command={change}
      action={shared("save")}
      beside={<Button onPress={onClose}>{shared("cancel")}</Button>}
    />
  );
}

/** Only what is another: a time that is sent again would have lost the fractions of its second. */
function changed(body: Schemas["NewUsage"], usage: Usage): Schemas["UsageChange"] {
  const isSameTime = Math.abs(Date.parse(body.usage_at) - Date.parse(usage.usage_at)) < 1;
  return {
    amount: body.amount,
    ...(body.unit && body.unit.toLowerCase() !== usage.unit.toLowerCase() ? { unit: body.unit } : {}),
    ...(body.usage_type_id === usage.usage_type_id ? {} : { usage_type_id: body.usage_type_id, unit: body.unit ?? "" }),
    ...(isSameTime ? {} : { usage_at: body.usage_at }),
  };
}
