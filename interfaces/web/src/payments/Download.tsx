import { useMutation } from "@tanstack/react-query";
import { answered, api } from "../shared/api/client";
import { Button } from "../shared/ui/Button";
import { Trouble } from "../shared/ui/States";
import { useWords } from "../shared/words";
import type { Batch } from "./queries";

/** Saves the file of a batch: a link could not say who asks, so it is fetched and handed to the browser. */
export function Download({ batch: it }: { batch: Batch }) {
  const words = useWords("payments.batches");
  const fetching = useMutation({
    mutationFn: () =>
      answered(
        api.GET("/payment-batches/{record_id}/file", { params: { path: { record_id: it.uid } }, parseAs: "blob" }),
      ),
    onSuccess: ({ data }) => save(data as unknown as Blob, `${it.message_id}.xml`),
  });
  return (
    <>
      <Button kind="main" onPress={() => fetching.mutate()} isPending={fetching.isPending}>
        {words("download")}
      </Button>
      {fetching.error && <Trouble error={fetching.error} />}
    </>
  );
}

function save(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
