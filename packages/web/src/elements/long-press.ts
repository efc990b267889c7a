// What asks for more: a long press of a finger, the right button, the key of the keyboard for that.
import { type MouseEvent, type PointerEvent, useEffect, useRef } from "react";

const longMs = 500;
// A finger is never quite still.
const tolerancePixels = 10;

interface Press {
  readonly timeout: ReturnType<typeof setTimeout>;
  readonly x: number;
  readonly y: number;
}

export function useLongPress(onAsked: () => void) {
  const press = useRef<Press>(undefined);
  const end = () => {
    clearTimeout(press.current?.timeout);
    press.current = undefined;
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when what is pressed goes away
  useEffect(() => end, []);
  return {
    onPointerDown: ({ pointerType, clientX: x, clientY: y }: PointerEvent) => {
      if (pointerType !== "touch") return;
      press.current = { timeout: setTimeout(onAsked, longMs), x, y };
    },
    onPointerMove: ({ clientX, clientY }: PointerEvent) => {
      const { x, y } = press.current ?? { x: clientX, y: clientY };
      if (Math.hypot(clientX - x, clientY - y) > tolerancePixels) end();
    },
    onPointerUp: end,
    onPointerCancel: end,
    onContextMenu: (event: MouseEvent) => {
      // Whoever selected words wants the browser's own menu for them.
      if (getSelection()?.isCollapsed === false) return;
      event.preventDefault();
      end();
      onAsked();
    },
  };
}
