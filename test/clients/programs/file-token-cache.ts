import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { IdentityPlugin } from "@azure/identity";
import type { ICachePlugin } from "@azure/msal-node";

const FILE = process.env.TOKEN_CACHE_FILE ?? "";

/** What `setPersistence` takes; @azure/identity has no public name for it. */
interface CacheControl {
  readonly cachePluginControl: { setPersistence(provider: () => Promise<ICachePlugin>): void };
}

const cache: ICachePlugin = {
  beforeCacheAccess: (context) => {
    if (existsSync(FILE)) {
      context.tokenCache.deserialize(readFileSync(FILE, "utf8"));
    }
    return Promise.resolve();
  },
  afterCacheAccess: (context) => {
    if (context.cacheHasChanged) {
      writeFileSync(FILE, context.tokenCache.serialize());
    }
    return Promise.resolve();
  },
};

/** In place of @azure/identity-cache-persistence, in whose place for secrets no test can look. */
export const cachePersistencePlugin: IdentityPlugin = (context) => {
  (context as CacheControl).cachePluginControl.setPersistence(() => Promise.resolve(cache));
};
