declare module "jest-circus/runner" {
  const run: (...args: readonly unknown[]) => Promise<unknown>;
  export default run;
}
