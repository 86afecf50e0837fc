/** A file of the API, saved: on the disk as it comes where that can be, else as a whole. */

import { bearing } from "daybook-client";
import { type Problem, Refused } from "../shared/api/client";
import { token } from "../shared/api/session";

type Saving = { url: string; name: string; isLarge: boolean; signal: AbortSignal; onProgress: (bytes: number) => void };
type Picker = (options: {
  suggestedName: string;
}) => Promise<{ createWritable: () => Promise<WritableStream<Uint8Array>> }>;

/** Resolves to the number of bytes; rejects with an `AbortError` if the person stops it. */
export async function save({ url, name, isLarge, signal, onProgress }: Saving): Promise<number> {
  const pick = (window as { showSaveFilePicker?: Picker }).showSaveFilePicker;
  const place = isLarge && pick ? await pick({ suggestedName: name }) : undefined;
  const answer = await fetch(url, { headers: bearing(await token()), signal });
  if (!answer.ok || !answer.body) throw new Refused((await answer.json()) as Problem);
  let bytes = 0;
  const counting = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.length;
      onProgress(bytes);
      controller.enqueue(chunk);
    },
  });
  const coming = answer.body.pipeThrough(counting);
  if (place) await coming.pipeTo(await place.createWritable(), { signal });
  else download(await new Response(coming).blob(), name);
  return bytes;
}

function download(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The browser has to have begun before what it saves goes away.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** A size as people say it. */
export function sizeIn(locale: string, bytes: number): string {
  const [unit, size] = bytes < 1_000_000 ? (["kilobyte", 1_000] as const) : (["megabyte", 1_000_000] as const);
  const format = new Intl.NumberFormat(locale, { style: "unit", unit, maximumFractionDigits: 1 });
  return format.format(bytes / size);
}
