import { Annotations } from "cdktf";
import type { IConstruct } from "constructs";
import { checkedDay, type Problems, SET_SYNTHESIS_DATE, SynthesisDate } from "../validation";

const DAY_MS = 86_400_000;
const WARNING_DAYS = 30;

/**
 * Reports a last day that is no day, and warns of one that is near or past. A past one is not a problem: the policy
 * refuses the client, and whatever else must be deployed that day can be.
 *
 * @param expires as `YYYY-MM-DD`
 */
export function checkAccessEnd(client: IConstruct, expires: string, problems: Problems): void {
  const end = checkedDay(problems, "expires", expires);
  if (end === undefined) {
    return;
  }
  const today = SynthesisDate.tryOf(client);
  if (today === undefined) {
    problems.add({
      rule: "expires needs a date to be judged against",
      value: expires,
      remedy: SET_SYNTHESIS_DATE,
    });
    return;
  }
  const daysLeft = Math.floor((end.getTime() - today.getTime()) / DAY_MS);
  if (daysLeft < 0) {
    Annotations.of(client).addWarning(
      `access ended on ${expires}, and the client is refused: remove it, or have its access renewed`,
    );
  } else if (daysLeft < WARNING_DAYS) {
    Annotations.of(client).addWarning(
      `access ends on ${expires}, in ${daysLeft} days: have it renewed, or tell the client's owner`,
    );
  }
}
