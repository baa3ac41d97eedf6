import type { Notification } from '../../client/types.js';
import type { Api } from '../api.js';
import type { Route } from '../router.js';
import type { Session } from '../session.js';
import type { Locale, Texts } from '../texts.js';

/** What a view is made from. */
export interface Context {
  api: Api;
  session: Session;
  texts: Texts;
  locale: Locale;
  route: Route;
  /** The numbers in the path. */
  params: (string | undefined)[];
}

/** What it gives. */
export interface View {
  /** Of the document. */
  title: string;
  /** With one h1 in it. */
  node: Node;
  /** Something happened meanwhile. */
  onNotification?(notification: Notification): unknown;
}

/** Rejects with what the API says. */
export type ViewMaker = (context: Context) => View | Promise<View>;
