/**
 * How often tests try what they try at random, and how much load they make, as a multiple of what is usual:
 * `TEST_EFFORT`. The nightly run has more time than somebody who waits for `npm test`.
 *
 * @default 1
 */
export const effort = Number(process.env.TEST_EFFORT ?? 1);
