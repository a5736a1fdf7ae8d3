import { createRequire } from "node:module";

/** Node's `require`, which the hooks of `compiled-sources.ts` teach TypeScript. */
export const load = createRequire(__filename);

/** Lets modules be loaded anew when they are asked for next. Who loaded them first lets go of them, too. */
export function forget(...paths: readonly string[]): void {
  const forgotten = new Set<NodeModule>();
  for (const path of paths) {
    const module = load.cache[path];
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

/** Lets modules of this repository be loaded anew: those of others keep nothing that a test could change. */
export function forgetOwn(): void {
  forget(...Object.keys(load.cache).filter(isOwn));
}

function isOwn(path: string): boolean {
  return !path.includes("/node_modules/");
}

/** `jest.isolateModules`: what runs has modules of its own, and nobody else gets them. */
export function isolateModules(run: () => void): void {
  const shared = Object.entries(load.cache).filter(([path]) => isOwn(path));
  forgetOwn();
  try {
    run();
  } finally {
    forgetOwn();
    Object.assign(load.cache, Object.fromEntries(shared));
  }
}
