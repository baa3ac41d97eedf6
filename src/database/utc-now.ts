/** SQL: the time in UTC, as TIMESTAMP columns hold it. All instances share this clock. */
export const UTC_NOW = "timezone('utc', clock_timestamp())";
