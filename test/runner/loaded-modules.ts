import { createRequire } from "node:module";

/** Node's `require`, which the hooks of `compiled-sources.ts` teach TypeScript. */
export const load = createRequire(__filename);

/** Lets modules be loaded anew when they are asked for next. Who loaded them first lets go of them, too. */
export function forget(isMeant: (path: string) => boolean): void {
  const forgotten = new Set<NodeModule>();
  for (const [path, module] of Object.entries(load.cache).filter(([path]) => isMeant(path))) {
    if (module !== undefined) {
      forgotten.add(module);
    }
    delete load.cache[path];
  }
  for (const { parent } of forgotten) {
    if (parent?.children !== undefined) {
      parent.children = parent.children.filter((child) => !forgotten.has(child));
    }
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
