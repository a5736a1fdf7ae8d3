import { connectionTo } from "../connection";
import { failureLine } from "../failure";
import { settings } from "../settings";
import { RotatingKey } from "./rotating-key";

async function main(prompt = "Say hello in one sentence."): Promise<void> {
  const { AZURE_OPENAI_ENDPOINT, AZURE_OPENAI_DEPLOYMENT } = settings(
    "AZURE_OPENAI_ENDPOINT",
    "OPENAI_API_VERSION",
    "AZURE_OPENAI_DEPLOYMENT",
  );
  const { AZURE_OPENAI_API_KEY, AZURE_OPENAI_SECONDARY_KEY } = process.env;
  const key = new RotatingKey(
    [AZURE_OPENAI_API_KEY, AZURE_OPENAI_SECONDARY_KEY],
    connectionTo(AZURE_OPENAI_ENDPOINT),
  );
  const completion = await key.call((client) =>
    client.chat.completions.create({
      model: AZURE_OPENAI_DEPLOYMENT,
      messages: [{ role: "user", content: prompt }],
    }),
  );
  console.log(completion.choices[0]?.message.content);
}

main(process.argv[2]).catch((error: unknown) => {
  console.error(failureLine(error));
  process.exitCode = 1;
});
