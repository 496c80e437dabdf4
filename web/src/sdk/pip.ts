import type { Person, VideoSource } from './call';
import { createStore, type Readable } from './store';

/** Whose picture the small window shows: who speaks, else who did, else whoever has one. Screens go first. */
export function pickForWindow(people: readonly Person[], last: string | null): { readonly id: string; readonly source: VideoSource } | null {
  const others = people.filter((person) => !person.isLocal);
  const shown = (person: Person | undefined) => {
    const source = person?.share ?? person?.camera ?? null;
    return person === undefined || source === null ? null : { id: person.id, source };
  };
  const candidates = [
    others.find((person) => person.share !== null),
    others.find((person) => person.speaking && person.camera !== null),
    others.find((person) => person.id === last),
    others.find((person) => person.camera !== null),
  ];
  return candidates.map(shown).find((one) => one !== null) ?? null;
}

/** A picture that was paused comes with its next key frame. Browsers forget the press of a person after 5 s (HTML, transient activation). */
const PICTURE_WAIT_MS = 4000;

/**
 * The browser's own small window, which stays above other programs.
 *
 *  owner     the call screen; `dispose` when it goes
 *  bounded   one video element
 */
export class SpeakerWindow {
  private readonly video: HTMLVideoElement;
  private readonly store = createStore(false);
  private source: VideoSource | null = null;
  private detach: (() => void) | null = null;

  constructor() {
    this.video = document.createElement('video');
    this.video.className = 'visually-hidden';
    this.video.muted = true;
    this.video.autoplay = true;
    this.video.playsInline = true;
    this.video.setAttribute('aria-hidden', 'true');
    this.video.addEventListener('leavepictureinpicture', () => this.gone());
  }

  static isPossible(): boolean {
    return 'pictureInPictureEnabled' in document && document.pictureInPictureEnabled;
  }

  get isOpen(): Readable<boolean> {
    return this.store;
  }

  /** The same window goes on with another picture. */
  show(source: VideoSource): void {
    if (source === this.source) return;
    this.detach?.();
    this.source = source;
    this.detach = source.attach(this.video);
  }

  /** To be called from a press of a person: browsers open no window otherwise. */
  async open(source: VideoSource): Promise<void> {
    document.body.append(this.video);
    this.show(source);
    try {
      await this.picture();
      await this.video.requestPictureInPicture();
      this.store.set(true);
    } catch {
      this.gone();
    }
  }

  async close(): Promise<void> {
    if (document.pictureInPictureElement === this.video) await document.exitPictureInPicture();
    this.gone();
  }

  dispose(): void {
    void this.close().catch(() => undefined);
  }

  private gone(): void {
    this.detach?.();
    this.detach = null;
    this.source = null;
    this.video.remove();
    this.store.set(false);
  }

  private picture(): Promise<void> {
    if (this.video.readyState >= HTMLMediaElement.HAVE_METADATA) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.video.addEventListener('loadedmetadata', () => resolve(), { once: true });
      setTimeout(() => reject(new Error('no picture came')), PICTURE_WAIT_MS);
    });
  }
}
