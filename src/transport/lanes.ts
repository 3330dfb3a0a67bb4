/**
 * How many requests run side by side: fewer as soon as the server asks to slow down, one more after
 * each round without trouble.
 */
export class Lanes {
  readonly #most: number;
  readonly #waiting: (() => void)[] = [];
  #width: number;
  #busy = 0;
  #smooth = 0;

  /** @param most at a time */
  constructor(most: number) {
    this.#most = most;
    this.#width = most;
  }

  get width(): number {
    return this.#width;
  }

  /** Runs `work` when there is room. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    while (this.#busy >= this.#width) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#busy += 1;
    try {
      return await work();
    } finally {
      this.#busy -= 1;
      this.#wake();
    }
  }

  throttled(): void {
    this.#width = Math.max(1, Math.floor(this.#width / 2));
    this.#smooth = 0;
  }

  succeeded(): void {
    this.#smooth += 1;
    if (this.#smooth < this.#width || this.#width >= this.#most) return;
    this.#width += 1;
    this.#smooth = 0;
    this.#wake();
  }

  #wake(): void {
    for (let free = this.#width - this.#busy; free > 0; free -= 1) this.#waiting.shift()?.();
  }
}
