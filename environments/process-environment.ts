const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * A GUID from a process variable. The repository synthesizes as it is with the placeholder; a variable that is
 * set must be right.
 *
 * @throws Error that names the variable and what it needs
 */
export function guidFrom(variable: string, placeholder: string): string {
  const value = process.env[variable];
  if (value === undefined || value === "") {
    return placeholder;
  }
  if (!GUID.test(value)) {
    throw new Error(
      `${variable} must be a GUID such as ${placeholder}, got ${JSON.stringify(value)}: correct or unset it`,
    );
  }
  return value.toLowerCase();
}

/** Version of the stack that is deployed, from `RELEASE`: a tag or a commit. */
export function release(): string {
  return process.env.RELEASE || "unnamed";
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
  const [resourceGroupName, storageAccountName, containerName] = names.map((name) => process.env[name]);
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
