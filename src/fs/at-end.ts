/**
 * What this process has to give back or to end, however it ends: by its exit, or by a signal that
 * nobody else handles. Tasks are done at once; nothing can be waited for any more.
 *
 * One list for all: two modules that each stepped back for "somebody else's" handler would leave the
 * signal without an effect.
 */
const SIGNALS = ["SIGTERM", "SIGHUP", "SIGINT"] as const;

const tasks = new Set<() => void>();
let watching = false;

/** @returns takes it back */
export function atEnd(task: () => void): () => void {
  tasks.add(task);
  watch();
  return () => void tasks.delete(task);
}

function watch(): void {
  if (watching) return;
  watching = true;
  process.once("exit", runAll);
  for (const signal of SIGNALS) {
    const onSignal = (): void => {
      // Somebody else decides what this signal means; the exit that follows does the tasks.
      if (process.listenerCount(signal) > 1) return;
      runAll();
      process.off(signal, onSignal);
      process.kill(process.pid, signal);
    };
    process.on(signal, onSignal);
  }
}

function runAll(): void {
  for (const task of tasks) task();
  tasks.clear();
}
