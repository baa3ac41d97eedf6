/**
 * Which tabs are open and which of them somebody looks at, so that one of them shows the toast.
 * Each tab holds a lock of its own for as long as it lives; who gets that lock next knows that the
 * tab has gone, however it went.
 */

/** @import { Presence } from './messages.js' */

export class TabPresence {
  #prefix;
  #tab;
  #onChange;
  #focusedAt = document.hasFocus() ? Date.now() : 0;
  /** @type {Map<string, Presence>} the other tabs */
  #others = new Map();
  #end = new AbortController();
  /** @type {Promise<void>} fulfilled when the others can notice that this tab goes away */
  held;

  /**
   * @param {string} prefix of the names of the locks
   * @param {string} tab this tab's id
   * @param {() => void} onChange this tab was shown, hidden or focused
   */
  constructor(prefix, tab, onChange) {
    this.#prefix = prefix;
    this.#tab = tab;
    this.#onChange = onChange;
    const { signal } = this.#end;
    document.addEventListener('visibilitychange', () => this.#onChange(), { signal });
    for (const type of ['focus', 'blur'])
      window.addEventListener(type, () => this.#focus(), { signal });
    this.held = new Promise((resolve) => {
      void navigator.locks.request(this.#lock(tab), () => this.#untilEnd(resolve));
    });
  }

  /** @returns {Presence} */
  get own() {
    const focusedAt = document.hasFocus() ? Number.MAX_SAFE_INTEGER : this.#focusedAt;
    return { visible: document.visibilityState === 'visible', focusedAt };
  }

  /**
   * @param {string} tab
   * @param {Presence} presence
   */
  note(tab, presence) {
    const known = this.#others.has(tab);
    this.#others.set(tab, presence);
    if (!known) this.#forgetWhenGone(tab);
  }

  /** @returns {string} the tab to show a toast in: the one last looked at, else this one */
  announcer() {
    let best = this.#tab;
    let bestRank = this.own.visible ? this.own.focusedAt : -1;
    for (const [tab, { visible, focusedAt }] of this.#others) {
      if (visible && focusedAt > bestRank) [best, bestRank] = [tab, focusedAt];
    }
    return best;
  }

  end() {
    this.#end.abort();
  }

  #focus() {
    this.#focusedAt = Date.now();
    this.#onChange();
  }

  /** @param {string} tab */
  #lock(tab) {
    return `${this.#prefix}:tab:${tab}`;
  }

  /** @param {() => void} onHeld */
  #untilEnd(onHeld) {
    onHeld();
    const { signal } = this.#end;
    if (signal.aborted) return undefined;
    return new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  }

  /** @param {string} tab */
  #forgetWhenGone(tab) {
    navigator.locks
      .request(this.#lock(tab), { signal: this.#end.signal, mode: 'shared' }, () => {
        this.#others.delete(tab);
      })
      .catch(() => {}); // this tab has left first
  }
}
