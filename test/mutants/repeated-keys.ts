import { RSA_KEY_PAIRS } from "../../simulator/identity/rsa-key-pair";

const MADE: ReturnType<typeof RSA_KEY_PAIRS.generate>[] = [];
let asked = 0;

/**
 * Every simulation of this process gets the same RSA keys from now on, each of its issuers one of its own: to make one
 * takes as long as to judge a mutant.
 *
 * @returns to be called before each simulation
 */
export function repeatKeys(): () => void {
  const { generate } = RSA_KEY_PAIRS;
  Object.assign<typeof RSA_KEY_PAIRS, typeof RSA_KEY_PAIRS>(RSA_KEY_PAIRS, {
    generate: () => (MADE[asked++] ??= generate()),
  });
  return () => {
    asked = 0;
  };
}
