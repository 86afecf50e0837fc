import { useState } from "react";
import { DropZone } from "react-aria-components/DropZone";
import { FileTrigger } from "react-aria-components/FileTrigger";
import { Text } from "react-aria-components/Text";
import { Button } from "../shared/ui/Button";
import { useWords } from "../shared/words";
import { bytes } from "./sizes";

const TYPES = [".csv", ".txt", ".tsv", ".xlsx"];
type Props = { file: File | undefined; onFile: (file: File) => void };

/** Takes a file by drop, by paste, or by the browser's own dialog. */
export function FileDrop({ file, onFile }: Props) {
  const words = useWords("imports");
  const [isWrong, setWrong] = useState(false);
  return (
    <DropZone
      className="drop"
      getDropOperation={() => "copy"}
      onDrop={async ({ items }) => {
        const [first, ...others] = items.filter((item) => item.kind === "file");
        setWrong(others.length > 0 || !first);
        if (first?.kind === "file" && !others.length) onFile(await first.getFile());
      }}
    >
      <Text slot="label">{file ? words("chosen", { name: file.name, size: bytes(file.size) }) : words("drop")}</Text>
      <FileTrigger
        acceptedFileTypes={TYPES}
        onSelect={(files) => {
          const chosen = files?.[0];
          setWrong(false);
          if (chosen) onFile(chosen);
        }}
      >
        <Button>{file ? words("chooseOther") : words("choose")}</Button>
      </FileTrigger>
      <span className="small quiet">{words("takes")}</span>
      {isWrong && (
        <span className="status bad" role="alert">
          {words("oneFile")}
        </span>
      )}
    </DropZone>
  );
}
