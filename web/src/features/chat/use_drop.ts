import { useRef, useState, type DragEvent } from 'react';

interface Handlers {
  readonly onDragEnter: (event: DragEvent) => void;
  readonly onDragOver: (event: DragEvent) => void;
  readonly onDragLeave: () => void;
  readonly onDrop: (event: DragEvent) => void;
}

/** Files that are dragged over something. null: nothing may be dropped, and the browser does what it does. */
export function useDrop(onFiles: ((files: readonly File[]) => void) | null): { readonly over: boolean; readonly handlers: Partial<Handlers> } {
  const [over, setOver] = useState(false);
  // Each thing inside is entered and left by itself.
  const depth = useRef(0);
  if (onFiles === null) return { over: false, handlers: {} };
  const end = (): void => {
    depth.current = 0;
    setOver(false);
  };
  return {
    over,
    handlers: {
      onDragEnter: (event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        depth.current++;
        setOver(true);
      },
      onDragOver: (event) => {
        if (hasFiles(event)) event.preventDefault();
      },
      onDragLeave: () => {
        depth.current = Math.max(0, depth.current - 1);
        if (depth.current === 0) setOver(false);
      },
      onDrop: (event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        end();
        onFiles([...event.dataTransfer.files]);
      },
    },
  };
}

const hasFiles = (event: DragEvent): boolean => event.dataTransfer.types.includes('Files');
