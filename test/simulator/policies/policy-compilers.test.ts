import { readdirSync } from "node:fs";
import { join } from "node:path";
import { POLICY_COMPILERS } from "../../../simulator/policies";

const ELEMENTS = join(__dirname, "../../../simulator/policies/elements");
const COMPILERS = [...POLICY_COMPILERS];

describe("policies of the simulator", () => {
  it("are the files of elements, one per policy, and nothing else lies there", () => {
    const files = readdirSync(ELEMENTS).map((file) => file.replace(/\.ts$/, ""));
    expect(files.sort()).toEqual([...POLICY_COMPILERS.keys()].sort());
  });

  test.each(COMPILERS)("%s is what the file of that name exports", (name, compiler) => {
    const exported = jest.requireActual<Readonly<Record<string, unknown>>>(join(ELEMENTS, name));
    const identifier = name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    expect(exported).toEqual({ [identifier]: compiler });
  });
});
