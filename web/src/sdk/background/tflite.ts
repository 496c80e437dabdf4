/**
 * Reads a TensorFlow Lite file, a FlatBuffer, into the list of its operators in the order in which they run.
 * The numbers of fields and operators are those of TensorFlow's schema.fbs.
 *
 * Knows what the model of the background needs and refuses everything else: another model is to be noticed
 * when it is built in, not by a picture that looks odd.
 */
const OPERATORS = {
  0: 'add',
  3: 'conv',
  4: 'depthwise',
  6: 'dequantize',
  14: 'sigmoid',
  18: 'multiply',
  19: 'relu',
  23: 'resize',
  32: 'custom',
  40: 'mean',
  117: 'hard-swish',
} as const;

/** MediaPipe's own operator: a transposed convolution with a bias. */
const TRANSPOSED = 'Convolution2DTransposeBias';

export type OperatorKind = Exclude<(typeof OPERATORS)[keyof typeof OPERATORS], 'dequantize' | 'custom'> | 'transposed';

export interface Operator {
  readonly kind: OperatorKind;
  readonly inputs: readonly number[];
  readonly output: number;
  /** Down and across. */
  readonly strides: readonly [number, number];
  readonly padding: 'same' | 'valid';
}

export interface Model {
  readonly input: number;
  readonly output: number;
  readonly operators: readonly Operator[];
  shapeOf(tensor: number): readonly number[];
  /** The numbers of a tensor that is part of the file; null for one that is computed. */
  valuesOf(tensor: number): Float32Array | null;
}

/** A table of a FlatBuffer: fields by number, each of which may be missing. */
class Table {
  constructor(
    private readonly view: DataView,
    private readonly at: number,
  ) {}

  private field(number: number): number {
    const vtable = this.at - this.view.getInt32(this.at, true);
    const entry = 4 + 2 * number;
    if (entry >= this.view.getUint16(vtable, true)) return 0;
    const offset = this.view.getUint16(vtable + entry, true);
    return offset === 0 ? 0 : this.at + offset;
  }

  private follow(at: number): number {
    return at + this.view.getUint32(at, true);
  }

  byte(number: number): number {
    const at = this.field(number);
    return at === 0 ? 0 : this.view.getInt8(at);
  }

  int(number: number): number {
    const at = this.field(number);
    return at === 0 ? 0 : this.view.getInt32(at, true);
  }

  table(number: number): Table | null {
    const at = this.field(number);
    return at === 0 ? null : new Table(this.view, this.follow(at));
  }

  bytes(number: number): DataView | null {
    const at = this.field(number);
    if (at === 0) return null;
    const vector = this.follow(at);
    return new DataView(this.view.buffer, this.view.byteOffset + vector + 4, this.view.getUint32(vector, true));
  }

  text(number: number): string {
    const bytes = this.bytes(number);
    return bytes === null ? '' : new TextDecoder().decode(bytes);
  }

  private vector<T>(number: number, read: (at: number) => T): T[] {
    const at = this.field(number);
    if (at === 0) return [];
    const vector = this.follow(at);
    return Array.from({ length: this.view.getUint32(vector, true) }, (_, i) => read(vector + 4 + 4 * i));
  }

  ints(number: number): number[] {
    return this.vector(number, (at) => this.view.getInt32(at, true));
  }

  tables(number: number): Table[] {
    return this.vector(number, (at) => new Table(this.view, this.follow(at)));
  }
}

/** IEEE 754, 16 bits. */
export function halfToNumber(bits: number): number {
  const sign = (bits & 0x8000) === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const FLOAT32 = 0;
const FLOAT16 = 1;

function numbers(bytes: DataView, type: number): Float32Array | null {
  if (type === FLOAT32) return Float32Array.from({ length: bytes.byteLength / 4 }, (_, i) => bytes.getFloat32(4 * i, true));
  if (type === FLOAT16) return Float32Array.from({ length: bytes.byteLength / 2 }, (_, i) => halfToNumber(bytes.getUint16(2 * i, true)));
  return null;
}

export function readModel(file: ArrayBuffer): Model {
  const view = new DataView(file);
  const root = new Table(view, view.getUint32(0, true));
  // A code above 127 stands in the fourth field, of which older writers know nothing.
  const codes = root.tables(1).map((code) => ({ number: Math.max(code.byte(0), code.int(3)), custom: code.text(1) }));
  const buffers = root.tables(4);
  const [graph] = root.tables(2);
  if (graph === undefined) throw new Error('no graph in the model');
  const tensors = graph.tables(0).map((tensor) => ({ shape: tensor.ints(0), type: tensor.byte(1), buffer: tensor.int(2) }));

  // Weights stand in the file with half the precision; where an operator only widens them, they are read as they are.
  const widened = new Map<number, number>();
  const operators: Operator[] = [];
  for (const table of graph.tables(3)) {
    const code = codes[table.int(0)];
    const inputs = table.ints(1);
    const [output = -1] = table.ints(2);
    const known = OPERATORS[code?.number as keyof typeof OPERATORS] as (typeof OPERATORS)[keyof typeof OPERATORS] | undefined;
    const options = table.table(4);
    if (known === 'dequantize') {
      widened.set(output, inputs[0] ?? -1);
      continue;
    }
    if (known === undefined || (known === 'custom' && code?.custom !== TRANSPOSED)) throw new Error(`operator ${code?.number} ${code?.custom} is not known`);
    const windowed = known === 'conv' || known === 'depthwise';
    if ((windowed && options?.byte(known === 'conv' ? 3 : 4)) || ((known === 'add' || known === 'multiply') && options?.byte(0))) {
      throw new Error(`${known} with an activation of its own is not known`);
    }
    if (known === 'resize' && (options?.byte(2) === 1 || options?.byte(3) !== 1)) throw new Error('resizing is known from the centres of pixels only');
    operators.push({
      kind: known === 'custom' ? 'transposed' : known,
      inputs,
      output,
      strides: windowed ? [options?.int(2) ?? 1, options?.int(1) ?? 1] : [1, 1],
      padding: windowed && options?.byte(0) === 1 ? 'valid' : 'same',
    });
  }

  return {
    input: graph.ints(1)[0] ?? -1,
    output: graph.ints(2)[0] ?? -1,
    operators,
    shapeOf: (tensor) => tensors[tensor]?.shape ?? [],
    valuesOf(tensor) {
      const stored = tensors[widened.get(tensor) ?? tensor];
      const bytes = stored === undefined ? null : (buffers[stored.buffer]?.bytes(0) ?? null);
      return bytes === null || stored === undefined || bytes.byteLength === 0 ? null : numbers(bytes, stored.type);
    },
  };
}
