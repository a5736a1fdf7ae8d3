import { runCase } from "../../demo/access-case";
import { programCase } from "../../demo/client-cases";
import type { ClientProgramProps, CredentialSource } from "../../demo/credential-source";

test("a client program that fails gives its own words for the reason", async () => {
  const source = {
    program: ({ program: name }: ClientProgramProps) =>
      Promise.resolve({ name, environment: { PATH: process.env.PATH } }),
  } as unknown as CredentialSource;
  const props: ClientProgramProps = { program: "key", way: "key", endpoint: "", deployment: "" };
  const claim = { target: "dev/assistant", who: "claims", how: "key: key" };
  const result = await runCase(programCase(claim, source, props, () => undefined));
  expect(result).toMatchObject({ got: "exit code 1", result: "failed" });
  expect(result.reason).toContain("AZURE_OPENAI_ENDPOINT");
});
