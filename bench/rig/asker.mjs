/** Questions to a child process and its answers, over the channel between them. */
export class Asker {
  #child;
  #open = new Map();
  #next = 1;

  /** @param {import('node:child_process').ChildProcess} child */
  constructor(child) {
    this.#child = child;
    child.on('message', ({ id, answer, error }) => {
      const { resolve, reject } = this.#open.get(id) ?? {};
      this.#open.delete(id);
      if (error === undefined) resolve?.(answer);
      else reject?.(new Error(error));
    });
    child.on('exit', () => {
      for (const { reject } of this.#open.values()) reject(new Error('The process has ended'));
      this.#open.clear();
    });
  }

  /** @param {object} message @throws {Error} what the child threw, or that it ended */
  ask(message) {
    return new Promise((resolve, reject) => {
      if (!this.#child.connected) {
        reject(new Error('The process has ended'));
        return;
      }
      const id = this.#next;
      this.#next += 1;
      this.#open.set(id, { resolve, reject });
      this.#child.send({ id, ...message });
    });
  }
}
