/** Where the boxes of a correlation stand: below each other as they happened, each level further in. */

import type { Command } from "./causes";

/** How much further in a box stands than the one that it follows from. */
export const STEP = 28;
export const STEP_NARROW = 15;
export const BOX = { pad: 7, head: 20, line: 22, base: 14, side: 12, gap: 12 };

export type Box = {
  command: Command;
  x: number;
  y: number;
  height: number;
  /** Where the arrow to it begins. */
  from?: { x: number; y: number };
};

export function layout(roots: Command[], step: number): { boxes: Box[]; height: number } {
  const boxes: Box[] = [];
  let y = 0;
  function place(command: Command, depth: number, parent?: Box): void {
    const height = 2 * BOX.pad + BOX.head + command.lines.length * BOX.line;
    const box: Box = { command, x: depth * step, y, height };
    if (parent) box.from = { x: parent.x, y: parent.y + parent.height };
    boxes.push(box);
    y += height + BOX.gap;
    for (const child of command.children) place(child, depth + 1, box);
  }
  for (const root of roots) place(root, 0);
  return { boxes, height: Math.max(0, y - BOX.gap) };
}
