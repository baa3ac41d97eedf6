/** How toasts look. */

const css = String.raw;

export const toastStyles = css`
  .toasts {
    position: fixed;
    inset: auto;
    right: 1rem;
    bottom: 1rem;
    margin: 0;
    padding: 0;
    border: 0;
    background: none;
    overflow: visible;
    z-index: 2147483001;
    width: min(23rem, 100vw - 1.5rem);
    color: var(--text);
    pointer-events: none;
  }
  .toasts,
  .stack {
    display: flex;
    flex-direction: column;
    gap: 0.5rem;
  }
  .stack:empty {
    display: none;
  }
  .toast {
    display: flex;
    align-items: center;
    gap: 0.75rem;
    width: 100%;
    padding: 0.625rem 0.5rem 0.625rem 0.75rem;
    pointer-events: auto;
    border: 1px solid var(--line);
    border-radius: 0.875rem;
    background: var(--surface);
    box-shadow: var(--shadow);
    animation: arrive 0.22s ease-out;
  }
  .toast a {
    flex: 1;
    min-width: 0;
    padding: 0.25rem 0;
    font-weight: 600;
    line-height: 1.4;
    overflow-wrap: anywhere;
  }
  .toast a:hover,
  .more:hover {
    text-decoration: underline;
    text-underline-offset: 0.2em;
  }
  .toast .initial {
    background: var(--accent);
    color: var(--surface);
  }
  .toast.more {
    justify-content: center;
    color: var(--accent);
    font-size: 0.875rem;
    font-weight: 600;
  }
  .close {
    display: grid;
    place-items: center;
    width: 2.25rem;
    height: 2.25rem;
    border-radius: 0.5rem;
    color: var(--muted);
    flex: none;
  }
  .close .icon {
    width: 1.125rem;
    height: 1.125rem;
  }
  .close:hover {
    background: var(--raised);
  }
  @keyframes arrive {
    from {
      opacity: 0;
      transform: translateY(0.75rem);
    }
  }
  @media (max-width: 40rem) {
    .toasts {
      right: 0.75rem;
      bottom: 0.75rem;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .toast {
      animation: none;
    }
  }
  @media (forced-colors: active) {
    .badge,
    .pill,
    .toast,
    .panel {
      border: 1px solid CanvasText;
    }
  }
`;
