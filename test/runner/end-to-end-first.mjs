import DefaultSequencer from "@jest/test-sequencer";

const isEndToEnd = ({ path }) => path.endsWith(".e2e.test.ts");

/** Long suites first, so that no worker is left alone with one at the end; in a new clone nobody knows how long. */
export default class EndToEndFirst extends DefaultSequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    return [...sorted.filter(isEndToEnd), ...sorted.filter((test) => !isEndToEnd(test))];
  }
}
