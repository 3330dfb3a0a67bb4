declare module "zstd-codec/lib/zstd-codec-binding-wasm.js" {
  /** Starts the library: fills in `module`, and calls its `onRuntimeInitialized` when it is ready. */
  const start: (module: object) => unknown;
  export default start;
}
