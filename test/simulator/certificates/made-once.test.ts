import { MadeOnce } from "../../../simulator/certificates/made-once";

test("what was made is made once, also for those who ask while it is made", async () => {
  let count = 0;
  const once = new MadeOnce(() => Promise.resolve((count += 1)));
  expect(await Promise.all([once.get(), once.get()])).toEqual([1, 1]);
  expect(await once.get()).toBe(1);
});

test("what could not be made is tried again by whoever asks next", async () => {
  let count = 0;
  const once = new MadeOnce(() => {
    count += 1;
    return count === 1 ? Promise.reject(new Error("no entropy")) : Promise.resolve(count);
  });
  await expect(once.get()).rejects.toThrow("no entropy");
  expect(await once.get()).toBe(2);
});
