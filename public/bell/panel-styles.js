/** How the list that opens under the bell looks. */

const css = String.raw;

export const panelStyles = css`
  .panel {
    position: fixed;
    inset: auto;
    top: var(--top, 0);
    left: var(--left, 0);
    margin: 0;
    padding: 0;
    z-index: 2147483000;
    width: min(25rem, 100vw - 1rem);
    max-height: min(36rem, 100dvh - var(--top, 0px) - 0.5rem);
    overflow: hidden;
    border: 1px solid var(--line);
    border-radius: 1rem;
    background: var(--surface);
    color: var(--text);
    box-shadow: var(--shadow);
  }
  .panel:popover-open,
  .panel:not([hidden]) {
    display: flex;
    flex-direction: column;
  }
  .panel:focus {
    outline: none;
  }
  .head {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    min-height: 3.25rem;
    padding: 0.25rem 0.5rem 0.25rem 1rem;
  }
  h2 {
    flex: 1;
    font-size: 1.0625rem;
    font-weight: 700;
    line-height: 1.3;
  }
  .quiet {
    flex: none;
    white-space: nowrap;
    min-height: 2.25rem;
    padding: 0 0.625rem;
    border-radius: 0.5rem;
    color: var(--accent);
    font-size: 0.875rem;
    font-weight: 600;
  }
  .quiet:hover {
    background: var(--raised);
  }
  .state {
    padding: 0.5rem 1rem;
    background: var(--warn-back);
    color: var(--warn);
    font-size: 0.8125rem;
  }
  .scroller {
    overflow-y: auto;
    overscroll-behavior: contain;
    border-top: 1px solid var(--line);
  }
  .problem:not(:empty) {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 0.5rem;
    padding: 0.5rem 0.5rem 0.5rem 1rem;
    border-bottom: 1px solid var(--line);
  }
  ul {
    list-style: none;
  }
  .item {
    position: relative;
    display: flex;
    align-items: stretch;
    border-bottom: 1px solid var(--line);
  }
  .item:last-child {
    border-bottom-color: transparent;
  }
  .item a {
    display: flex;
    flex: 1;
    gap: 0.75rem;
    min-width: 0;
    padding: 0.75rem 0.5rem 0.75rem 1rem;
  }
  .item a:hover {
    background: var(--raised);
  }
  .item a:focus-visible,
  .read:focus-visible {
    outline-offset: -3px;
    border-radius: 0.5rem;
  }
  .body {
    display: flex;
    flex-direction: column;
    min-width: 0;
  }
  .message {
    overflow-wrap: anywhere;
    color: var(--muted);
  }
  time {
    color: var(--muted);
    font-size: 0.8125rem;
  }
  .unread {
    background: var(--fresh);
    box-shadow: inset 3px 0 var(--accent);
  }
  .unread .message {
    color: var(--text);
    font-weight: 600;
  }
  .unread .initial {
    background: var(--accent);
    color: var(--surface);
  }
  .read {
    display: grid;
    place-items: center;
    flex: none;
    width: 2.75rem;
    color: var(--muted);
  }
  .read .icon {
    width: 1.25rem;
    height: 1.25rem;
  }
  .read:hover {
    background: var(--raised);
    color: var(--accent);
  }
  .foot > p {
    padding: 0.75rem;
    color: var(--muted);
    font-size: 0.8125rem;
    text-align: center;
  }
  .foot {
    min-height: 1px;
  }
  .empty {
    padding: 2.25rem 2rem 2.5rem;
    color: var(--muted);
    text-align: center;
  }
  .empty .icon {
    width: 2.5rem;
    height: 2.5rem;
    margin-bottom: 0.5rem;
    stroke-width: 1.25;
  }
  .empty strong {
    color: var(--text);
  }
`;
