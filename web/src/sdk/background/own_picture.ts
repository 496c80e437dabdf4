import { within } from './geometry';

const DATABASE = 'parley';
const STORE = 'background';
const KEY = 'own';
/** As large as a background can be seen. */
const LONGEST = 1920;

function request<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = (error: DOMException | null): void => reject(error ?? new Error('storage'));
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    opening.onerror = () => fail(opening.error);
    opening.onsuccess = () => {
      const database = opening.result;
      const transaction = database.transaction(STORE, mode);
      const asked = act(transaction.objectStore(STORE));
      transaction.oncomplete = () => {
        database.close();
        resolve(asked.result);
      };
      transaction.onabort = () => {
        database.close();
        fail(transaction.error);
      };
    };
  });
}

/** A picture of the person's own. Stays in this browser: it is sent to nobody, but for what is seen behind them. */
export const ownPicture = {
  async load(): Promise<Blob | null> {
    try {
      const stored: unknown = await request<unknown>('readonly', (store) => store.get(KEY) as IDBRequest<unknown>);
      return stored instanceof Blob ? stored : null;
    } catch {
      // Storage can be off.
      return null;
    }
  },

  /** Throws if it is no picture, or cannot be kept. */
  async keep(file: Blob): Promise<void> {
    const bitmap = await createImageBitmap(file);
    const size = within(bitmap, LONGEST);
    const canvas = new OffscreenCanvas(size.width, size.height);
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0, size.width, size.height);
    bitmap.close();
    const small = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 });
    await request('readwrite', (store) => store.put(small, KEY));
  },

  async forget(): Promise<void> {
    await request('readwrite', (store) => store.delete(KEY)).catch(() => undefined);
  },
};
