import * as tf from '@tensorflow/tfjs-core';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import type { Operator, Model } from './tflite';
import { readModel } from './tflite';

type Values = Map<number, tf.Tensor4D>;
type Step = (values: Values) => void;

export interface WasmFiles {
  readonly simd: string;
  readonly plain: string;
}

/** To be awaited before a segmenter is made. */
export async function startTensors({ simd, plain }: WasmFiles): Promise<void> {
  // Threads would want a page that is isolated from every other origin.
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  setWasmPaths({ 'tfjs-backend-wasm.wasm': plain, 'tfjs-backend-wasm-simd.wasm': simd, 'tfjs-backend-wasm-threaded-simd.wasm': simd });
  if (!(await tf.setBackend('wasm'))) throw new Error('no WebAssembly here');
  await tf.ready();
}

/**
 * Tells the person from the room: MediaPipe's model for selfies in a wide picture, operator by operator over
 * TensorFlow.js's WebAssembly kernels.
 *
 *  owner     the worker, one; `dispose` frees its weights
 *  bounded   what an operator computes is freed after its last reader
 */
export class Segmenter {
  readonly width: number;
  readonly height: number;
  private readonly weights: tf.Tensor[] = [];
  private readonly steps: readonly Step[];
  private readonly model: Model;
  private readonly input: Float32Array;

  constructor(file: ArrayBuffer) {
    this.model = readModel(file);
    const [, height = 0, width = 0] = this.model.shapeOf(this.model.input);
    this.width = width;
    this.height = height;
    this.input = new Float32Array(width * height * 3);
    this.steps = this.compile(this.model.operators);
  }

  /** `pixels`: RGBA of exactly this size. Writes for each pixel how likely it is the person, 0 to 1. */
  run(pixels: Uint8ClampedArray, into: Float32Array): void {
    const { input, width, height } = this;
    for (let from = 0, to = 0; to < input.length; from += 4, to += 3) {
      input[to] = (pixels[from] ?? 0) / 255;
      input[to + 1] = (pixels[from + 1] ?? 0) / 255;
      input[to + 2] = (pixels[from + 2] ?? 0) / 255;
    }
    const values: Values = new Map([[this.model.input, tf.tensor4d(input, [1, height, width, 3])]]);
    for (const step of this.steps) step(values);
    const output = values.get(this.model.output);
    if (output === undefined) throw new Error('the model gave nothing');
    unfold(output.dataSync<'float32'>(), width / 2, height / 2, into);
    output.dispose();
  }

  dispose(): void {
    for (const weight of this.weights.splice(0)) weight.dispose();
  }

  private compile(operators: readonly Operator[]): Step[] {
    const lastReader = new Map<number, number>();
    operators.forEach(({ inputs }, i) => inputs.forEach((tensor) => lastReader.set(tensor, i)));
    const steps: Step[] = [];
    let fused: Operator | undefined;
    for (const [i, operator] of operators.entries()) {
      if (operator === fused) continue;
      const next = operators[i + 1];
      // A ReLU that nobody else's eyes fall before is done by the convolution itself.
      const withRelu =
        (operator.kind === 'conv' || operator.kind === 'depthwise') && next?.kind === 'relu' && next.inputs[0] === operator.output && lastReader.get(operator.output) === i + 1;
      const run = this.operation(operator, withRelu ? 'relu' : 'linear');
      const output = withRelu ? next.output : operator.output;
      const done = operator.inputs.filter((tensor) => (lastReader.get(tensor) ?? 0) <= i);
      fused = withRelu ? next : undefined;
      steps.push((values) => {
        const result = tf.tidy(() => run(values));
        for (const tensor of done) {
          values.get(tensor)?.dispose();
          values.delete(tensor);
        }
        values.set(output, result);
      });
    }
    return steps;
  }

  private operation(operator: Operator, activation: 'relu' | 'linear'): (values: Values) => tf.Tensor4D {
    const { kind, inputs, strides, padding: pad, output } = operator;
    const [first = -1, second = -1, third = -1] = inputs;
    const get = (values: Values, tensor: number): tf.Tensor4D => {
      const value = values.get(tensor);
      if (value === undefined) throw new Error(`tensor ${tensor} is read before it is computed`);
      return value;
    };
    switch (kind) {
      case 'conv': {
        const filter = this.keep(tf.tidy(() => tf.transpose(this.constant(second), [1, 2, 3, 0])));
        const bias = this.keep(tf.tensor1d(this.numbers(third)));
        return (values) => tf.fused.conv2d({ x: get(values, first), filter, bias, strides: [...strides], pad, activation });
      }
      case 'depthwise': {
        const filter = this.keep(tf.tidy(() => tf.transpose(this.constant(second), [1, 2, 3, 0])));
        const bias = this.keep(tf.tensor1d(this.numbers(third)));
        return (values) => tf.fused.depthwiseConv2d({ x: get(values, first), filter, bias, strides: [...strides], pad, activation });
      }
      case 'transposed': {
        // Without overlap, each input pixel makes four of its own: the same as four outputs side by side, unfolded at the end.
        const [, down, across, depth = 0] = this.model.shapeOf(second);
        if (down !== 2 || across !== 2 || output !== lastOf(this.model).inputs[0]) throw new Error('a transposed convolution is known as the last but one operator only');
        const numbers = this.numbers(second);
        const filter = this.keep(tf.tensor4d(Float32Array.from({ length: 4 * depth }, (_, i) => numbers[(i % 4) * depth + (i >> 2)] ?? 0), [1, 1, depth, 4]));
        const bias = this.keep(tf.tensor1d(new Float32Array(4).fill(this.numbers(third)[0] ?? 0)));
        return (values) => tf.fused.conv2d({ x: get(values, first), filter, bias, strides: 1, pad: 'same' });
      }
      case 'hard-swish':
        return (values) => {
          const x = get(values, first);
          return tf.mul(x, tf.mul(tf.relu6(tf.add(x, 3)), 1 / 6));
        };
      case 'relu':
        return (values) => tf.relu(get(values, first));
      case 'sigmoid':
        return (values) => tf.sigmoid(get(values, first));
      case 'mean': {
        const [, height = 1, width = 1] = this.model.shapeOf(first);
        return (values) => tf.avgPool(get(values, first), [height, width], 1, 'valid');
      }
      case 'add':
        return (values) => tf.add(get(values, first), get(values, second));
      case 'multiply':
        return (values) => tf.mul(get(values, first), get(values, second));
      case 'resize': {
        const [, height = 1, width = 1] = this.model.shapeOf(output);
        return (values) => tf.image.resizeBilinear(get(values, first), [height, width], false, true);
      }
    }
  }

  private numbers(tensor: number): Float32Array {
    const values = this.model.valuesOf(tensor);
    if (values === null) throw new Error(`tensor ${tensor} is not in the file`);
    return values;
  }

  private constant(tensor: number): tf.Tensor4D {
    return tf.tensor4d(this.numbers(tensor), [...this.model.shapeOf(tensor)] as [number, number, number, number]);
  }

  private keep<T extends tf.Tensor>(weight: T): T {
    this.weights.push(weight);
    return weight;
  }
}

function lastOf({ operators }: Model): Operator {
  const last = operators.at(-1);
  if (last === undefined) throw new Error('the model is empty');
  return last;
}

/** Four values for each pixel of half the size, made into the four pixels that they are. */
export function unfold(folded: Float32Array, width: number, height: number, into: Float32Array): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = 4 * (y * width + x);
      const to = 4 * y * width + 2 * x;
      into[to] = folded[from] ?? 0;
      into[to + 1] = folded[from + 1] ?? 0;
      into[to + 2 * width] = folded[from + 2] ?? 0;
      into[to + 2 * width + 1] = folded[from + 3] ?? 0;
    }
  }
}
