/** Dialogs: they name what they are about, keep the focus, and close on Escape. */

import type { ReactNode } from "react";
import { Dialog as AriaDialog } from "react-aria-components/Dialog";
import { Heading } from "react-aria-components/Heading";
import { Modal, ModalOverlay } from "react-aria-components/Modal";
import { useWords } from "../words";
import { Button, type Kind } from "./Button";
import { Trouble } from "./States";

type Props = {
  title: string;
  open: boolean;
  onClose: () => void;
  children: ReactNode;
  wide?: boolean;
  /** For a question that has to be answered: it is announced as an alert. */
  role?: "dialog" | "alertdialog";
};

export function Dialog({ title, open, onClose, children, wide = false, role = "dialog" }: Props) {
  return (
    <ModalOverlay className="overlay" isOpen={open} onOpenChange={(now) => now || onClose()} isDismissable>
      <Modal className={`modal ${wide ? "wide" : ""}`}>
        <AriaDialog className="dialog" role={role}>
          <Heading slot="title" level={2}>
            {title}
          </Heading>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

type QuestionProps = Omit<Props, "role" | "wide"> & {
  action: string;
  kind?: Kind;
  onAction: () => void;
  pending?: boolean;
  error?: unknown;
};

/** Asks before something is done that cannot be undone. */
export function Question({ action, kind = "main", onAction, pending = false, error, ...props }: QuestionProps) {
  const words = useWords("shared");
  return (
    <Dialog {...props} role="alertdialog">
      {props.children}
      {error ? <Trouble error={error} /> : null}
      <div className="actions">
        <Button onPress={props.onClose} autoFocus>
          {words("cancel")}
        </Button>
        <Button kind={kind} onPress={onAction} isPending={pending}>
          {action}
        </Button>
      </div>
    </Dialog>
  );
}
