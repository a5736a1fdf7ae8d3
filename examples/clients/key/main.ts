import { APIError } from "openai";
import { RotatingKey } from "./rotating-key";

const { AZURE_OPENAI_API_KEY, AZURE_OPENAI_SECONDARY_KEY, AZURE_OPENAI_DEPLOYMENT } = process.env;

async function main(prompt = "Say hello in one sentence."): Promise<void> {
  const key = new RotatingKey([AZURE_OPENAI_API_KEY, AZURE_OPENAI_SECONDARY_KEY]);
  const completion = await key.call((client) =>
    client.chat.completions.create({
      model: AZURE_OPENAI_DEPLOYMENT ?? "chat",
      messages: [{ role: "user", content: prompt }],
    }),
  );
  console.log(completion.choices[0]?.message.content);
}

main(process.argv[2]).catch((error: unknown) => {
  console.error(
    error instanceof APIError ? `${error.status} ${error.code}: ${error.message}` : String(error),
  );
  process.exitCode = 1;
});
