/**
 * What settings refer to by name. `checkEnvironment` has reported every name that stands for nothing.
 *
 * @param what what is meant, for whoever builds a stack from settings that were not checked
 * @throws Error if it is not there
 */
export function checkedReference<T>(referent: T | undefined, what: string): T {
  if (referent !== undefined) {
    return referent;
  }
  throw new Error(`${what} is not in the settings: call checkEnvironment() before a stack is made from them`);
}
