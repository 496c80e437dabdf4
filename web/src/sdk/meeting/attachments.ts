import type { Refusal } from './meeting';
import type { FileLimits, SharedFile } from './types';
import type { Answer } from './client';

/** A file on its way into a message that is not sent yet. */
export interface Attachment {
  readonly key: string;
  readonly name: string;
  readonly size: number;
  /** From 0 to 1. */
  readonly progress: number;
  readonly state: 'waiting' | 'uploading' | 'ready' | 'failed' | 'refused';
  /** Why it was refused, or failed: then it can be tried again. */
  readonly refusal: Refusal | null;
  /** Once it is ready. */
  readonly file: SharedFile | null;
}

export type Send = (file: File, key: string, onProgress: (part: number) => void, signal: AbortSignal) => Promise<Answer>;

interface Item {
  attachment: Attachment;
  readonly file: File;
  readonly stop: AbortController;
}

const refusal = (code: string): Refusal => ({ code, title: '', detail: '' });

/** What can be said before a byte is sent; the server says it again. */
export function faultOf(file: { readonly name: string; readonly size: number }, limits: FileLimits): Refusal | null {
  if (file.size > limits.max_bytes) return refusal('too_large');
  if (file.size === 0) return refusal('empty');
  const ending = /\.([^.]+)$/u.exec(file.name)?.[1]?.toLowerCase() ?? '';
  return limits.endings.includes(ending) ? null : refusal('wrong_kind');
}

/**
 * The files of the message that is being written: uploaded one after another, as soon as they are there.
 *
 *  owner     LiveMeeting
 *  bounded   `max_per_message` of them; one upload at a time
 */
export class Attachments {
  private items: Item[] = [];
  private running = false;

  constructor(
    private readonly send: Send,
    private readonly remove: (file: SharedFile) => void,
    private readonly onChange: (all: readonly Attachment[]) => void,
    private readonly newKey: () => string,
  ) {}

  add(files: readonly File[], limits: FileLimits): void {
    for (const file of files) {
      const fits = this.items.filter(({ attachment }) => attachment.state !== 'refused').length < limits.max_per_message;
      const fault = fits ? faultOf(file, limits) : refusal('too_many_files');
      this.items.push({
        file,
        stop: new AbortController(),
        attachment: { key: this.newKey(), name: file.name, size: file.size, progress: 0, state: fault === null ? 'waiting' : 'refused', refusal: fault, file: null },
      });
    }
    this.tell();
    void this.run();
  }

  /** Called off, or taken away again. */
  drop(key: string): void {
    const item = this.items.find(({ attachment }) => attachment.key === key);
    if (item === undefined) return;
    item.stop.abort();
    if (item.attachment.file !== null) this.remove(item.attachment.file);
    this.items = this.items.filter((one) => one !== item);
    this.tell();
  }

  retry(key: string): void {
    const item = this.items.find(({ attachment }) => attachment.key === key);
    if (item?.attachment.state !== 'failed') return;
    this.change(item, { state: 'waiting', progress: 0, refusal: null });
    void this.run();
  }

  /** What is ready goes with the message; what was refused has been read by then. */
  take(): readonly SharedFile[] {
    const ready = this.items.flatMap(({ attachment }) => (attachment.file === null ? [] : [attachment.file]));
    this.items = this.items.filter(({ attachment }) => attachment.state === 'waiting' || attachment.state === 'uploading' || attachment.state === 'failed');
    this.tell();
    return ready;
  }

  clear(): void {
    for (const { stop } of this.items) stop.abort();
    this.items = [];
    this.tell();
  }

  private async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    for (;;) {
      const next = this.items.find(({ attachment }) => attachment.state === 'waiting');
      if (next === undefined) break;
      await this.upload(next);
    }
    this.running = false;
  }

  private async upload(item: Item): Promise<void> {
    this.change(item, { state: 'uploading' });
    const { key } = item.attachment;
    const answer = await this.send(item.file, key, (progress) => this.change(item, { progress }), item.stop.signal).catch(() => null);
    if (answer === null || item.stop.signal.aborted) return;
    if (answer.ok) {
      this.change(item, { state: 'ready', progress: 1, file: answer.body as SharedFile });
    } else {
      const again = answer.refusal.code === 'away' || answer.refusal.code === 'too_many';
      this.change(item, { state: again ? 'failed' : 'refused', refusal: answer.refusal });
    }
  }

  private change(item: Item, change: Partial<Attachment>): void {
    if (!this.items.includes(item)) return;
    item.attachment = { ...item.attachment, ...change };
    this.tell();
  }

  private tell(): void {
    this.onChange(this.items.map(({ attachment }) => attachment));
  }
}
