const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Names of the variables that stacks were synthesized with, in the folder of their output. */
export const VARIABLES_FILE = "process-variables.json";

const given = new Set<string>();

/** Variables of the process that environments were read from, as far as they are set. */
export function givenVariables(): readonly string[] {
  return [...given];
}

function variable(name: string): string | undefined {
  const value = process.env[name];
  if (value) {
    given.add(name);
  }
  return value;
}

/**
 * A GUID from a process variable. The repository synthesizes as it is with the placeholder; a variable that is
 * set must be right.
 *
 * @throws Error that names the variable and what it needs
 */
export function guidFrom(name: string, placeholder: string): string {
  const value = variable(name);
  if (value === undefined || value === "") {
    return placeholder;
  }
  if (!GUID.test(value)) {
    throw new Error(
      `${name} must be a GUID such as ${placeholder}, got ${JSON.stringify(value)}: correct or unset it`,
    );
  }
  return value.toLowerCase();
}

/** Version of the stack that is deployed, from `RELEASE`: a tag or a commit. */
export function release(): string {
  return variable("RELEASE") || "unnamed";
}

/**
 * Settings of the remote backend from `STATE_RESOURCE_GROUP`, `STATE_STORAGE_ACCOUNT` and `STATE_CONTAINER`, each
 * with the environment's prefix: `PROD_STATE_STORAGE_ACCOUNT`.
 *
 * @returns `undefined` if none is set
 * @throws Error if only some are set
 */
export function stateFrom(
  prefix: string,
): { resourceGroupName: string; storageAccountName: string; containerName: string } | undefined {
  const names = ["STATE_RESOURCE_GROUP", "STATE_STORAGE_ACCOUNT", "STATE_CONTAINER"].map(
    (name) => `${prefix}_${name}`,
  );
  const [resourceGroupName, storageAccountName, containerName] = names.map(variable);
  if (resourceGroupName && storageAccountName && containerName) {
    return { resourceGroupName, storageAccountName, containerName };
  }
  const missing = names.filter((name) => !process.env[name]);
  if (missing.length === names.length) {
    return undefined;
  }
  throw new Error(
    `remote state needs ${names.join(", ")}; missing: ${missing.join(", ")}. Set all of them or none`,
  );
}
