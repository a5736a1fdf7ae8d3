import { HclEvaluationError } from "./hcl-evaluation-error";
import { hclString, type HclValue } from "./hcl-value";

const DURATION =
  /^P(?:(?<days>\d+)D)?(?:T(?:(?<hours>\d+)H)?(?:(?<minutes>\d+)M)?(?:(?<seconds>\d+(?:\.\d+)?)S)?)?$/;

/** The milliseconds of an ISO 8601 duration without years and months. @throws HclEvaluationError for any other text */
export function isoDurationMs(value: HclValue): number {
  const text = hclString(value);
  const milliseconds = tryIsoDurationMs(text);
  if (milliseconds === undefined) {
    throw new HclEvaluationError(`'${text}' is not a duration such as PT5M or P14D`);
  }
  return milliseconds;
}

/** As {@link isoDurationMs}; none for any other text. */
export function tryIsoDurationMs(text: string): number | undefined {
  const parts = DURATION.exec(text)?.groups;
  if (parts === undefined || /^PT?$|T$/.test(text)) {
    return undefined;
  }
  const { days = "0", hours = "0", minutes = "0", seconds = "0" } = parts;
  return (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}
