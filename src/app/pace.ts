/**
 * How many transfers run side by side. A remote far away gives more the more it is asked at a time, up
 * to a point that nobody can know before: so wider is tried, kept while it brings more, and taken back
 * when it does not. A remote that asks to slow down gets half as many.
 *
 * Pure: the time comes in as a parameter.
 */

export interface PaceOptions {
  readonly start: number;
  /** Never more than that; equal to `start` where there is nothing to find out. */
  readonly most: number;
}

/** What moving one blob costs beside its bytes, in bytes: a round trip or two. */
const PER_JOB = 64 * 1024;
/** Shorter than that says nothing. */
const WINDOW_MS = 500;
/** By so much wider must be better to be kept. */
const BETTER = 1.1;
/** Windows to stay at a width before wider is tried again. */
const REST = 12;
/** Requests that were refused together are one refusal. */
const CALM_MS = 1000;

export class Pace {
  readonly #most: number;
  #width: number;
  #moved = 0;
  #jobs = 0;
  #since: number | null = null;
  /** Rate and width before the last step, which may have to be taken back. */
  #before: { readonly rate: number; readonly width: number } | null = null;
  #rest = 0;
  #throttledAt = -Infinity;

  constructor({ start, most }: PaceOptions) {
    this.#width = start;
    this.#most = most;
  }

  /** How many at a time, now. */
  get width(): number {
    return this.#width;
  }

  /** @param bytes of a blob that was just moved @param now milliseconds, of any clock that only goes on */
  moved(bytes: number, now: number): void {
    this.#since ??= now;
    this.#moved += bytes + PER_JOB;
    this.#jobs += 1;
    const ms = now - this.#since;
    if (ms < WINDOW_MS || this.#jobs < this.#width) return;
    this.#judge(this.#moved / ms);
    this.#begin(now);
  }

  /** The remote asks to slow down. */
  throttled(now: number): void {
    if (now - this.#throttledAt < CALM_MS) return;
    this.#throttledAt = now;
    this.#width = Math.max(1, Math.floor(this.#width / 2));
    this.#before = null;
    this.#rest = REST;
    this.#begin(now);
  }

  #judge(rate: number): void {
    const before = this.#before;
    if (before && rate < before.rate * BETTER) {
      this.#width = before.width;
      this.#before = null;
      this.#rest = REST;
    } else if (this.#rest > 0) {
      this.#rest -= 1;
    } else if (this.#width < this.#most) {
      this.#before = { rate, width: this.#width };
      this.#width = Math.min(this.#most, Math.ceil(this.#width * 1.5));
    }
  }

  #begin(now: number): void {
    this.#since = now;
    this.#moved = 0;
    this.#jobs = 0;
  }
}
