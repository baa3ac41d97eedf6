import { applyDecorators } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOkResponse, ApiOperation, ApiQuery } from '@nestjs/swagger';
import { ApiErrors } from '../http/api-errors.decorator.js';

const CONVERSATION = `event: connected
id: 4
retry: 2718
data: {"user_id":1,"unread_count":1,"rev":5,"resumed":false,"replayed":0,"resync":false,"heartbeat_seconds":30}

event: notification
id: 5
data: {"id":9,"actor_username":"userB","event_type":"question.voted","resource_type":"question","resource_id":1,"message":"userB님이 회원님의 질문에 투표했습니다.","is_read":false,"created_at":"2026-02-13T15:08:59.872946Z","unread_count":2,"rev":6}

event: read
id: 5
data: {"notification_ids":[9],"unread_count":1,"rev":7}

event: heartbeat
id: 5
data: {}

event: expired
id: 5
data: {}

`;

const DESCRIPTION = `A \`text/event-stream\` for a native EventSource, one connection a tab.

| event | data | when |
| --- | --- | --- |
| \`connected\` | \`{user_id, unread_count, rev, resumed, replayed, resync, heartbeat_seconds}\` | once, first |
| \`notification\` | a Notification with \`unread_count\` and \`rev\` | missed ones first, in order, then live |
| \`read\` | \`{notification_ids: [ids] or "all" or null, unread_count, rev}\` | something was read in any tab; null: fetch the list |
| \`heartbeat\` | \`{}\` | every \`heartbeat_seconds\` |
| \`expired\` | \`{}\` | the token's time is over; the stream ends |

The \`id\` of every event is the cursor. A browser sends it back by itself as \`Last-Event-ID\`; a
stream opened by hand passes it as \`last_event_id\`. The header wins. What came after it is replayed;
when that is too much or gone, or the cursor was never given out, \`resync\` is true: fetch the list.
Of \`unread_count\` and \`rev\` keep the pair with the highest \`rev\`.

The token in the address is best a stream token (\`POST /api/notification/stream-token\`): good for
seconds, and for nothing else. The stream lasts as long as the access token that asked for it. Once the token
has ended, the next stream is opened by hand, with a new one and \`last_event_id\`: a browser comes back with
the address it has, and a 401 is final.

Past the cap of open streams a fresh one gets a 429, and one that comes back closes the oldest.`;

/** The stream in the OpenAPI document, which knows no events: written by hand. */
export function ApiNotificationStream(): MethodDecorator {
  return applyDecorators(
    ApiOperation({ summary: 'Notifications as they happen', description: DESCRIPTION }),
    ApiBearerAuth(),
    ApiQuery({
      name: 'token',
      required: false,
      schema: { type: 'string' },
      description:
        'Stream token or access token, for an EventSource, which cannot send headers. The latter can be switched off',
    }),
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
      content: { 'text/event-stream': { schema: { type: 'string' }, example: CONVERSATION } },
    }),
    ApiErrors(401, 429),
  );
}
