/** Props of which some are given or have their defaults. */
export type WithDefaults<P, D extends Partial<P>> = P & Required<Pick<P, keyof P & keyof D>>;

/**
 * Puts in what props leave out. An `undefined` leaves out as well: JavaScript passes it on.
 *
 * @param defaults what is used, by name
 */
export function withDefaults<P extends object, D extends Partial<P>>(
  props: P,
  defaults: D,
): WithDefaults<P, D> {
  const given = Object.entries(props).filter(([, value]) => value !== undefined && value !== null);
  return { ...defaults, ...(Object.fromEntries(given) as P) } as WithDefaults<P, D>;
}
