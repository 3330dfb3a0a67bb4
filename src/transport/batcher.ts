/**
 * Gathers what is asked for at about the same time, so that one run of a program serves it all. While
 * a run is under way the next one gathers; a run begins as soon as nothing more has come for a moment.
 */
export interface BatcherOptions<T> {
  /** Items in one run. */
  readonly most: number;
  /** Serves each item, and tells whoever waits for it; never throws. */
  readonly run: (items: readonly T[]) => Promise<void>;
}

const QUIET_MS = 30;

export class Batcher<T> {
  readonly #options: BatcherOptions<T>;
  readonly #waiting: T[] = [];
  #timer: NodeJS.Timeout | undefined;
  #busy = false;

  constructor(options: BatcherOptions<T>) {
    this.#options = options;
  }

  add(item: T): void {
    this.#waiting.push(item);
    this.#soon();
  }

  #soon(): void {
    clearTimeout(this.#timer);
    if (this.#busy || this.#waiting.length === 0) return;
    const delay = this.#waiting.length >= this.#options.most ? 0 : QUIET_MS;
    this.#timer = setTimeout(() => void this.#flush(), delay);
  }

  async #flush(): Promise<void> {
    this.#busy = true;
    await this.#options.run(this.#waiting.splice(0, this.#options.most));
    this.#busy = false;
    this.#soon();
  }
}
