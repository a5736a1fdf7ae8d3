import { HclEvaluationError } from "./hcl-evaluation-error";
import { hclString, type HclValue } from "./hcl-value";

const DURATION =
  /^P(?:(?<days>\d+)D)?(?:T(?:(?<hours>\d+)H)?(?:(?<minutes>\d+)M)?(?:(?<seconds>\d+(?:\.\d+)?)S)?)?$/;

/** The milliseconds of an ISO 8601 duration without years and months. @throws HclEvaluationError for any other text */
export function isoDurationMs(value: HclValue): number {
  const text = hclString(value);
  const parts = DURATION.exec(text)?.groups;
  if (parts === undefined || /^PT?$|T$/.test(text)) {
    throw new HclEvaluationError(`'${text}' is not a duration such as PT5M or P14D`);
  }
  const { days = "0", hours = "0", minutes = "0", seconds = "0" } = parts;
  return (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}
