const ACCEPT = "Meant? `npm run accept` accepts the new state";

/**
 * Compares with what is recorded in the snapshots of the test file. `npm run accept` records anew what each test
 * file with such a call compares. What differs fails the test, and says how to accept it.
 */
export function expectRecorded(state: unknown): void {
  // A snapshot that differs does not throw: Jest keeps the error until the test has ended.
  const known = new Set(expect.getState().suppressedErrors);
  expect(state).toMatchSnapshot();
  for (const error of expect.getState().suppressedErrors.filter((each) => !known.has(each))) {
    sayHowToAccept(error);
  }
}

/** @throws Error of a comparison with what is recorded elsewhere, with how to accept the differences */
export function sayingHowToAccept(compare: () => void): void {
  try {
    compare();
  } catch (error) {
    if (error instanceof Error) {
      sayHowToAccept(error);
    }
    throw error;
  }
}

function sayHowToAccept(error: Error): void {
  const { message, stack = message } = error;
  error.message = `${ACCEPT}\n\n${message}`;
  // Jest prints this one.
  error.stack = stack.replace(message, () => error.message);
}
