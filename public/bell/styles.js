/**
 * How the bell looks. A page changes it by custom properties (--bell-accent and the others at the
 * top) or by ::part(button | badge | state | panel | toasts | toast). The sheet is constructed, so
 * that a page with a strict Content-Security-Policy needs no exception for it.
 */

import { panelStyles } from './panel-styles.js';
import { toastStyles } from './toast-styles.js';

const css = String.raw;

const base = css`
  :host {
    color-scheme: light dark;
    --accent: var(--bell-accent, light-dark(#0b6e69, #5cc9bf));
    --badge: var(--bell-badge, #c5352b);
    --surface: var(--bell-surface, light-dark(#ffffff, #1b222b));
    --raised: var(--bell-raised, light-dark(#f1f4f6, #262f3a));
    --fresh: var(--bell-fresh, light-dark(#eef7f6, #1c2d31));
    --text: var(--bell-text, light-dark(#1a222c, #e8edf2));
    --muted: var(--bell-muted, light-dark(#55616f, #a3b0be));
    --line: var(--bell-line, light-dark(#dfe5ea, #323d49));
    --warn: var(--bell-warn, light-dark(#8a4b00, #f2b866));
    --warn-back: var(--bell-warn-back, light-dark(#fff4e2, #33291a));
    --shadow: 0 1px 2px light-dark(#1a222c14, #0006), 0 12px 32px light-dark(#1a222c26, #0009);
    display: inline-block;
    font: 400 0.9375rem/1.5
      var(
        --bell-font,
        system-ui,
        -apple-system,
        'Segoe UI',
        'Apple SD Gothic Neo',
        'Noto Sans KR',
        'Malgun Gothic',
        sans-serif
      );
  }
  :host([theme='light']) {
    color-scheme: light;
  }
  :host([theme='dark']) {
    color-scheme: dark;
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  *,
  ::before,
  ::after {
    box-sizing: border-box;
  }
  button {
    font: inherit;
    color: inherit;
    background: none;
    border: 0;
    padding: 0;
    cursor: pointer;
  }
  a {
    color: inherit;
    text-decoration: none;
  }
  p,
  h2,
  ul {
    margin: 0;
    padding: 0;
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .icon {
    width: 1.5rem;
    height: 1.5rem;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.75;
    stroke-linecap: round;
    stroke-linejoin: round;
    flex: none;
  }
  .initial {
    display: grid;
    place-items: center;
    flex: none;
    width: 2.25rem;
    height: 2.25rem;
    border-radius: 50%;
    background: var(--raised);
    color: var(--muted);
    font-weight: 600;
    text-transform: uppercase;
  }
`;

const button = css`
  .bell {
    display: inline-flex;
    align-items: center;
    gap: 0.375rem;
  }
  .button {
    position: relative;
    display: grid;
    place-items: center;
    width: 2.75rem;
    height: 2.75rem;
    border-radius: 0.75rem;
  }
  .button:hover,
  .button[aria-expanded='true'] {
    background: color-mix(in srgb, currentColor 9%, transparent);
  }
  .badge {
    position: absolute;
    top: 0.125rem;
    inset-inline-start: 50%;
    min-width: 1.25rem;
    height: 1.25rem;
    padding: 0 0.3125rem;
    border-radius: 0.625rem;
    background: var(--badge);
    color: #fff;
    font-size: 0.75rem;
    font-weight: 700;
    line-height: 1.25rem;
    text-align: center;
    font-variant-numeric: tabular-nums;
  }
  .pill {
    display: inline-flex;
    align-items: center;
    gap: 0.375rem;
    padding: 0.125rem 0.625rem 0.125rem 0.375rem;
    border-radius: 1rem;
    background: var(--warn-back);
    color: var(--warn);
    font-size: 0.8125rem;
    font-weight: 600;
    white-space: nowrap;
  }
  .pill .icon {
    width: 1.125rem;
    height: 1.125rem;
  }
  @media (max-width: 40rem) {
    .pill {
      padding: 0.25rem;
    }
    .pill .text {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
  }
`;

/** @returns {CSSStyleSheet} */
export function bellStyles() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(base + button + panelStyles + toastStyles);
  return sheet;
}
