import { createRequire } from "node:module";

/** Node's `require`, which the hooks of `compiled-sources.ts` teach TypeScript. */
export const load = createRequire(__filename);

/** Lets modules be loaded anew when they are asked for next. */
export function forget(isMeant: (path: string) => boolean): void {
  for (const path of Object.keys(load.cache).filter(isMeant)) {
    delete load.cache[path];
  }
}

/** Whether a module is this repository's: those of others keep nothing that a test could change. */
export function isOwn(path: string): boolean {
  return !path.includes("/node_modules/");
}

/** `jest.isolateModules`: what runs has modules of its own, and nobody else gets them. */
export function isolateModules(run: () => void): void {
  const shared = Object.entries(load.cache).filter(([path]) => isOwn(path));
  forget(isOwn);
  try {
    run();
  } finally {
    forget(isOwn);
    Object.assign(load.cache, Object.fromEntries(shared));
  }
}
