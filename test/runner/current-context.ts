/**
 * What jest-circus takes for an `AsyncLocalStorage`. The tests of a file run one after the other, so that one variable
 * says which is running. A real one would stay when its file has ended, and each promise that any later file makes would
 * be handed through all of them.
 */
export class CurrentContext<T> {
  private context: T | undefined;

  public getStore(): T | undefined {
    return this.context;
  }

  public run<R>(context: T, work: () => R): R {
    const before = this.context;
    const restore = (): void => {
      this.context = before;
    };
    this.context = context;
    let result: R;
    try {
      result = work();
    } catch (error) {
      restore();
      throw error;
    }
    if (result instanceof Promise) {
      return result.finally(restore) as R;
    }
    restore();
    return result;
  }
}
