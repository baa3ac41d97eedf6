import type { NotificationBell } from '../notification-bell.js';

declare global {
  interface HTMLElementTagNameMap {
    'notification-bell': NotificationBell;
  }
}
