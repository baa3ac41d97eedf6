/** Languages a user can be written to in. The first is the default. */
export const LOCALES = ['ko', 'en'] as const;

export type Locale = (typeof LOCALES)[number];
