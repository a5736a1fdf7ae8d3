import { OpenAiAccount, type SecurityControl, type SecurityOptOut } from "../../lib";
import { PLACE, REASON } from "../lib/gateway/gateway-stack";
import { azureStack } from "../support/azure-stack";
import { type BadInput, refusesAtOnce } from "./refusals";

function account(...securityOptOuts: readonly SecurityOptOut[]): BadInput["when"] {
  return ({ stack }) =>
    () =>
      new OpenAiAccount(stack, "openai", { ...PLACE, name: "oai-ai", securityOptOuts });
}

const CASES: readonly BadInput[] = [
  {
    input: "a control that does not exist",
    when: account({ control: "account-everything" as SecurityControl, reason: REASON }),
    says: [
      "[prod/openai] securityOptOuts may name account-public-network, account-local-auth, " +
        'account-outbound, account-global-processing here, got "account-everything": remove the opt-out, ' +
        "or give it to the construct that has this control",
    ],
  },
  {
    input: "a control of another construct",
    when: account({ control: "vault-purge-protection", reason: REASON }),
    says: [
      "[prod/openai] securityOptOuts may name account-public-network, account-local-auth, " +
        'account-outbound, account-global-processing here, got "vault-purge-protection": remove the ' +
        "opt-out, or give it to the construct that has this control",
    ],
  },
  {
    input: "a reason of one word",
    when: account({ control: "account-outbound", reason: "needed" }),
    says: [
      "[prod/openai] reason of opt-out 'account-outbound' must say in at least 20 characters why it is " +
        'acceptable, got "needed": write the reason that you would give to a security reviewer',
    ],
  },
  {
    input: "a reason that is a promise to think of one",
    when: account({ control: "account-outbound", reason: "TODO: find out whether this is needed" }),
    says: [
      "[prod/openai] reason of opt-out 'account-outbound' must say in at least 20 characters why it is " +
        'acceptable, got "TODO: find out whether this is needed": write the reason that you would give to ' +
        "a security reviewer",
    ],
  },
  {
    input: "a reason of blanks",
    when: account({ control: "account-outbound", reason: " ".repeat(40) }),
    says: [
      "[prod/openai] reason of opt-out 'account-outbound' must say in at least 20 characters why it is " +
        'acceptable, got "                                        ": write the reason that you would give ' +
        "to a security reviewer",
    ],
  },
  {
    input: "a date that is over",
    when: account({ control: "account-outbound", reason: REASON, expires: "2026-11-30" }),
    says: [
      "[prod/openai] opt-out 'account-outbound' has ended, got \"2026-11-30\": restore the control, or " +
        "have the risk accepted again with a new date",
    ],
  },
  {
    input: "a date, in a stack without a synthesis date",
    when: () => () =>
      new OpenAiAccount(azureStack(), "openai", {
        ...PLACE,
        name: "oai ai",
        securityOptOuts: [{ control: "account-outbound", reason: REASON, expires: "2027-03-31" }],
      }),
    says: [
      "[prod/openai] expires of opt-out 'account-outbound' needs a date to be judged against, got " +
        '"2027-03-31": call SynthesisDate.set(stack, new Date("2026-12-01")) before this construct is created',
      "[prod/openai] name must be 2 to 64 letters, digits or '-', with a letter or digit at both ends, " +
        'got "oai ai": shorten or change it',
      "[prod/openai] customSubdomainName must be a literal of 2 to 64 lower-case letters, digits or " +
        "'-', with a letter or digit at both ends, got \"oai ai\": set customSubdomainName: it becomes part " +
        "of URLs that are checked at synthesis",
    ],
  },
  {
    input: "a date that does not exist",
    when: account({ control: "account-outbound", reason: REASON, expires: "2026-13-01" }),
    says: [
      "[prod/openai] expires of opt-out 'account-outbound' must be a date as YYYY-MM-DD, got " +
        '"2026-13-01": write it as in 2027-03-31',
    ],
  },
  {
    input: "the 30th of February",
    when: account({ control: "account-outbound", reason: REASON, expires: "2027-02-30" }),
    says: [
      "[prod/openai] expires of opt-out 'account-outbound' must be a date as YYYY-MM-DD, got " +
        '"2027-02-30": write it as in 2027-03-31',
    ],
  },
  {
    input: "a date in words",
    when: account({ control: "account-outbound", reason: REASON, expires: "end of 2027" }),
    says: [
      "[prod/openai] expires of opt-out 'account-outbound' must be a date as YYYY-MM-DD, got \"end of " +
        '2027": write it as in 2027-03-31',
    ],
  },
  {
    input: "the same control twice",
    when: account(
      { control: "account-outbound", reason: REASON },
      { control: "account-outbound", reason: `${REASON}, and this` },
    ),
    says: [
      '[prod/openai] a control is opted out of once, got "account-outbound": merge the two opt-outs ' +
        "into one reason",
    ],
  },
  {
    input: "keys on an account without an end",
    when: account({ control: "account-local-auth", reason: REASON }),
    says: [
      "[prod/openai] opt-out 'account-local-auth' must end: set expires: keys that open the account to " +
        "everyone who reads them are a stopgap",
    ],
  },
  {
    input: "a thin reason and a date that is over",
    when: account({ control: "account-outbound", reason: "short", expires: "2020-01-01" }),
    says: [
      "[prod/openai] reason of opt-out 'account-outbound' must say in at least 20 characters why it is " +
        'acceptable, got "short": write the reason that you would give to a security reviewer',
      "[prod/openai] opt-out 'account-outbound' has ended, got \"2020-01-01\": restore the control, or " +
        "have the risk accepted again with a new date",
    ],
  },
];

describe("opt-outs", () => {
  refusesAtOnce(CASES);
});
