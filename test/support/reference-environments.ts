import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { EnvironmentSettings } from "../../stacks/environment-settings";

type EnvironmentName = "dev" | "test" | "prod";

/** Where `npm run accept -- --reference` puts them. */
const REFERENCE_FILE = join(__dirname, "reference-settings.json");

/**
 * The environments as this repository was published with them. Tests of behaviour name their hosts, tenants,
 * clients and accounts, and stay as they are when somebody gives `environments/` names of their own.
 */
export const { dev, test, prod } = JSON.parse(readFileSync(REFERENCE_FILE, "utf8")) as Readonly<
  Record<EnvironmentName, EnvironmentSettings>
>;
