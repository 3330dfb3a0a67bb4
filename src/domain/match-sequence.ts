/** Stands in a pattern for any number of items, none included. */
export const MANY = Symbol("any number of items");

export type Step<T> = typeof MANY | ((item: T) => boolean);

/**
 * Whether a pattern takes the items from the first to the last; the characters of a name, or the names
 * of a path.
 *
 * Each step but MANY takes one item, so the earliest place where the steps up to the next MANY fit is
 * as good as any later one: only the last MANY is ever tried again. A pattern that a stranger wrote can
 * cost no more than its length times that of the items; a regular expression can cost any power of it.
 */
export function matchSequence<T>(pattern: readonly Step<T>[], items: ArrayLike<T>): boolean {
  let [at, step, retryAt, retryStep] = [0, 0, 0, -1];
  while (at < items.length) {
    const wanted = pattern[step];
    if (wanted === MANY) {
      step += 1;
      if (step === pattern.length) return true;
      [retryAt, retryStep] = [at, step];
    } else if (wanted?.(items[at] as T)) {
      step += 1;
      at += 1;
    } else if (retryStep >= 0) {
      retryAt += 1;
      [at, step] = [retryAt, retryStep];
    } else {
      return false;
    }
  }
  while (pattern[step] === MANY) step += 1;
  return step === pattern.length;
}
