import { applyDecorators } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiQuery,
  getSchemaPath,
} from '@nestjs/swagger';
import {
  ConnectedEvent,
  ExpiredEvent,
  HeartbeatEvent,
  NotificationEvent,
  ReadEvent,
} from './dto/stream-event.dto.js';

const EVENTS = [ConnectedEvent, NotificationEvent, ReadEvent, HeartbeatEvent, ExpiredEvent];

const CONVERSATION = [
  {
    event: 'connected',
    id: '4',
    retry: 2718,
    data: {
      user_id: 1,
      unread_count: 1,
      rev: 5,
      resumed: false,
      replayed: 0,
      resync: false,
      heartbeat_seconds: 30,
    },
  },
  {
    event: 'notification',
    id: '5',
    data: {
      id: 9,
      actor_username: 'userB',
      event_type: 'question.voted',
      resource_type: 'question',
      resource_id: 1,
      message: 'userB님이 회원님의 질문에 투표했습니다.',
      is_read: false,
      created_at: '2026-02-13T15:08:59.872946Z',
      unread_count: 2,
      rev: 6,
    },
  },
  { event: 'read', id: '5', data: { notification_ids: [9], unread_count: 1, rev: 7 } },
  { event: 'heartbeat', id: '5', data: {} },
  { event: 'expired', id: '5', data: {} },
];

const DESCRIPTION = `A \`text/event-stream\` for a native EventSource, one connection a tab. Swagger UI opens it, but shows
an answer only once it has ended: use \`curl -N\` to see events. An event looks like this:

\`\`\`
event: read
id: 5
data: {"notification_ids":[9],"unread_count":1,"rev":7}
\`\`\`

The schema lists the events, with what the JSON of \`data\` holds:

| event | when |
| --- | --- |
| \`connected\` | once, first |
| \`notification\` | missed ones first, in order, then live |
| \`read\` | something was read in any tab |
| \`heartbeat\` | every \`heartbeat_seconds\` |
| \`expired\` | the token has expired; the stream ends |

The \`id\` of every event is the cursor. A browser sends it back by itself as \`Last-Event-ID\`; a
stream opened by script passes it as \`last_event_id\`. The header wins. What came after it is replayed;
when that is too much or gone, or the cursor was never given out, \`resync\` is true: fetch the list.
Of \`unread_count\` and \`rev\` keep the pair with the highest \`rev\`.

The token in the address is best a stream token (\`POST /api/notification/stream-token\`): valid for
seconds, and for nothing else. The stream lasts as long as the access token that asked for it. Once the token
has expired, open the next stream with a new token and \`last_event_id\`: a browser reconnects with
the address it has, and a 401 is final.

Past the cap of open streams a fresh one gets a 429, and one that resumes closes the oldest. While the
database is unavailable the answer is 200, and \`connected\` follows later.`;

/** The stream in the OpenAPI document. The body is the list of its events, as OpenAPI 3.2 has it. */
export function ApiNotificationStream(): MethodDecorator {
  const items = { oneOf: EVENTS.map((event) => ({ $ref: getSchemaPath(event) })) };
  return applyDecorators(
    ApiExtraModels(...EVENTS),
    ApiOperation({ summary: 'Notifications as they happen', description: DESCRIPTION }),
    ApiQuery({
      name: 'last_event_id',
      required: false,
      schema: { type: 'string' },
      description: 'Cursor to continue from',
    }),
    ApiHeader({
      name: 'Last-Event-ID',
      required: false,
      schema: { type: 'string' },
      description: 'Cursor to continue from, as browsers send it',
    }),
    ApiOkResponse({
      description: 'The stream',
      content: {
        'text/event-stream': { schema: { type: 'array', items }, example: CONVERSATION },
      },
    }),
  );
}
