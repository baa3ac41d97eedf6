/** The tables of the contract with their indexes, and no others. */
export const TABLES = `
  CREATE TABLE IF NOT EXISTS users (
    id SERIAL PRIMARY KEY,
    username VARCHAR(50) NOT NULL UNIQUE
  );
  CREATE TABLE IF NOT EXISTS question (
    id SERIAL PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id),
    subject VARCHAR(200) NOT NULL,
    content TEXT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS question_voter (
    question_id INTEGER NOT NULL REFERENCES question (id),
    user_id INTEGER NOT NULL REFERENCES users (id),
    PRIMARY KEY (question_id, user_id)
  );
  CREATE TABLE IF NOT EXISTS notification (
    id SERIAL PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id),
    actor_user_id INTEGER NOT NULL REFERENCES users (id),
    event_type VARCHAR(50) NOT NULL,
    resource_type VARCHAR(50) NOT NULL,
    resource_id INTEGER NOT NULL,
    message TEXT NOT NULL,
    is_read BOOLEAN NOT NULL DEFAULT FALSE,
    created_at TIMESTAMP NOT NULL DEFAULT timezone('utc', now())
  );
  CREATE INDEX IF NOT EXISTS ix_notification_user_is_read ON notification (user_id, is_read);
  CREATE INDEX IF NOT EXISTS ix_notification_user_created ON notification (user_id, created_at)`;
