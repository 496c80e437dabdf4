export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Rect extends Size {
  readonly x: number;
  readonly y: number;
}

/** The whole of `what` in the middle of `frame`, as large as it fits. */
export function contain(what: Size, frame: Size): Rect {
  return centred(what, frame, Math.min(frame.width / what.width, frame.height / what.height));
}

/** `what` over all of `frame`; what does not fit lies outside. */
export function cover(what: Size, frame: Size): Rect {
  return centred(what, frame, Math.max(frame.width / what.width, frame.height / what.height));
}

function centred(what: Size, frame: Size, scale: number): Rect {
  const width = what.width * scale;
  const height = what.height * scale;
  return { x: (frame.width - width) / 2, y: (frame.height - height) / 2, width, height };
}

/** `what`, made smaller if a side of it is longer than `longest`; even numbers, as video codecs like them. */
export function within(what: Size, longest: number): Size {
  const scale = Math.min(1, longest / Math.max(what.width, what.height));
  const even = (length: number): number => Math.max(2, 2 * Math.round((length * scale) / 2));
  return { width: even(what.width), height: even(what.height) };
}
