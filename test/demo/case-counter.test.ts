import { CaseCounter } from "../../demo/case-counter";

function shown(isTTY: boolean): string {
  let text = "";
  const write = (chunk: string | Uint8Array): boolean => {
    text += String(chunk);
    return true;
  };
  const counter = new CaseCounter({ isTTY, write });
  counter.count();
  counter.count();
  counter.end();
  return text;
}

test("a terminal shows the number of cases on one line", () => {
  expect(shown(true)).toBe("\r1 cases\r2 cases\n");
});

test("a pipe gets nothing", () => {
  expect(shown(false)).toBe("");
});
