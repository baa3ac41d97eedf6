/**
 * Something that opens under a button and closes when people turn to something else: Escape, a
 * click beside it, the focus moving on.
 */

const GAP = 8;

export class Popup {
  #owner;
  #button;
  #panel;
  #onChange;
  #end = new AbortController();
  isOpen = false;

  /**
   * @param {HTMLElement} owner a click or the focus inside of it does not close
   * @param {HTMLElement} button
   * @param {HTMLElement} panel can take the focus
   * @param {(isOpen: boolean) => void} onChange
   */
  constructor(owner, button, panel, onChange) {
    this.#owner = owner;
    this.#button = button;
    this.#panel = panel;
    this.#onChange = onChange;
    panel.hidden = true;
    panel.popover = 'manual';
  }

  open() {
    if (this.isOpen) return;
    this.isOpen = true;
    this.#panel.hidden = false;
    this.#panel.showPopover?.(); // above everything, and cut off by nothing
    this.#button.setAttribute('aria-expanded', 'true');
    this.#place();
    this.#panel.focus();
    this.#listen();
    this.#onChange(true);
  }

  close() {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.#end.abort();
    this.#onChange(false);
    if (this.#panel.matches(':focus-within')) this.#button.focus();
    if (this.#panel.isConnected) this.#panel.hidePopover?.();
    this.#panel.hidden = true;
    this.#button.setAttribute('aria-expanded', 'false');
  }

  #listen() {
    this.#end = new AbortController();
    const { signal } = this.#end;
    const place = () => this.#place();
    window.addEventListener('resize', place, { signal });
    window.addEventListener('scroll', place, { signal, passive: true, capture: true });
    document.addEventListener('pointerdown', (event) => this.#onPointer(event), { signal });
    this.#owner.addEventListener('keydown', (event) => this.#onKey(event), { signal });
    this.#owner.addEventListener('focusout', (event) => this.#onFocusOut(event), { signal });
  }

  /** @param {PointerEvent} event */
  #onPointer(event) {
    if (!event.composedPath().includes(this.#owner)) this.close();
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    this.close();
    this.#button.focus();
  }

  /** @param {FocusEvent} event */
  #onFocusOut({ relatedTarget }) {
    if (relatedTarget instanceof Node && !this.#owner.contains(relatedTarget)) this.close();
  }

  /** Under the button, inside the window. */
  #place() {
    const anchor = this.#button.getBoundingClientRect();
    const room = document.documentElement.clientWidth - this.#panel.offsetWidth - GAP;
    const left = Math.max(GAP, Math.min(anchor.right - this.#panel.offsetWidth, room));
    this.#panel.style.setProperty('--left', `${left}px`);
    this.#panel.style.setProperty('--top', `${Math.max(GAP, anchor.bottom + GAP / 2)}px`);
  }
}
