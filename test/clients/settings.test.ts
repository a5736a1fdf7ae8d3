import { settings } from "../../examples/clients/settings";

const SET = { CLIENT_TEST_ONE: "1", CLIENT_TEST_EMPTY: "" };

beforeAll(() => {
  Object.assign(process.env, SET);
});

afterAll(() => {
  for (const name of Object.keys(SET)) {
    delete process.env[name];
  }
});

test("what is set is read", () => {
  expect(settings("CLIENT_TEST_ONE")).toEqual({ CLIENT_TEST_ONE: "1" });
});

test("everything that is missing or empty is named at once", () => {
  expect(() => settings("CLIENT_TEST_ONE", "CLIENT_TEST_EMPTY", "CLIENT_TEST_NONE")).toThrow(
    "Set CLIENT_TEST_EMPTY, CLIENT_TEST_NONE: README.md says to what",
  );
});
