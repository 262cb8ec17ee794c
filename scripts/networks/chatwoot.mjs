// Plays a WhatsApp gateway that was written for Chatwoot: the calls that such programs make, by the SDK they make
// them with, in the order in which they make them. Prints each step, and ends with 1 at the first that goes wrong.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';

const require = createRequire(import.meta.url);
const ChatwootClient = require('@figuro/chatwoot-sdk').default;
const axios = require('axios');
const FormData = require('form-data');

const { ADDRESS, KEY } = process.env;
const accountId = Number(process.env.ACCOUNT);
const PATIENCE = 60_000;
const PNG = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(300_000)]);
const client = new ChatwootClient({
  config: { basePath: ADDRESS, with_credentials: true, credentials: 'include', token: KEY },
});

// The gateway's own ear, and what it has put on the network because of what it heard.
const heard = [];
const posted = [];
let away = 0;
const ear = createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    if (away > 0) {
      away -= 1;
      response.writeHead(503, { 'Retry-After': '1', 'Content-Length': 0 }).end();
      return;
    }
    const body = JSON.parse(Buffer.concat(parts));
    heard.push(body);
    const last = body.conversation?.messages?.[0];
    const ours = last?.source_id?.startsWith('WAID:');
    if (body.event === 'message_created' && body.message_type === 'outgoing' && !body.private && last && !ours) {
      const to = body.conversation.meta.sender.identifier || body.conversation.meta.sender.phone_number.slice(1);
      posted.push({ to, text: body.content, by: last.sender?.available_name, files: last.attachments });
    }
    const answer = JSON.stringify({ message: 'bot' });
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': answer.length }).end(answer);
  });
});

async function until(found, what) {
  const deadline = Date.now() + PATIENCE;
  while (!found()) {
    assert.ok(Date.now() < deadline, `Waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return found();
}

function passed(step, detail = '') {
  console.log(`passed: ${step}${detail && ` (${detail})`}`);
}

// What one part says to whoever drives the driver, such as a test that plays an agent.
function tell(word, about) {
  console.log(`${word} ${about}`);
}

function find(number) {
  const payload = [{ attribute_key: 'phone_number', filter_operator: 'equal_to', values: [number], query_operator: null }];
  return axios
    .post(`${ADDRESS}/api/v1/accounts/${accountId}/contacts/filter`, { payload }, { headers: { api_access_token: KEY } })
    .then((answer) => answer.data.payload[0]);
}

function say(conversationId, data) {
  return client.messages.create({ accountId, conversationId, data: { attachments: undefined, private: false, ...data } });
}

async function ownInbox(name, webhook_url) {
  const before = await client.inboxes.list({ accountId });
  assert.ok(!before.payload.some((inbox) => inbox.name === name));
  const made = await client.inboxes.create({ accountId, data: { name, channel: { type: 'api', webhook_url } } });
  const found = (await client.inboxes.list({ accountId })).payload.find((inbox) => inbox.name === name);
  assert.equal(found.id, made.id);
  passed('an inbox is made with its webhook and found by its name', `inbox ${made.id}`);
  return found;
}

async function conversationOf(inbox, number, name) {
  assert.equal(await find(number), undefined);
  const identifier = `${number}@s.whatsapp.net`;
  const data = { inbox_id: inbox.id, name, identifier, avatar_url: undefined, phone_number: `+${number}` };
  const contact = (await client.contacts.create({ accountId, data })).payload.contact;
  assert.equal((await find(number)).id, contact.id);
  const known = await client.contacts.listConversations({ accountId, id: contact.id });
  assert.deepEqual(known.payload, []);
  const wanted = { contact_id: String(contact.id), inbox_id: String(inbox.id) };
  const conversation = await client.conversations.create({ accountId, data: wanted });
  const again = await client.contacts.listConversations({ accountId, id: contact.id });
  assert.deepEqual(again.payload.map((one) => [one.id, one.inbox_id]), [[conversation.id, inbox.id]]);
  assert.equal((await client.conversations.get({ accountId, conversationId: conversation.id })).id, conversation.id);
  passed('a customer is made known, found without the plus, and has a conversation', `conversation ${conversation.id}`);
  return { contact, conversation: conversation.id };
}

async function words(conversation) {
  const said = { content: 'Where is my train?', message_type: 'incoming', source_id: 'WAID:1' };
  const [first, again] = [await say(conversation, said), await say(conversation, said)];
  assert.equal(first.id, again.id);
  const quoting = { in_reply_to: first.id, in_reply_to_external_id: '1' };
  await say(conversation, { ...said, content: 'The 7:42', source_id: 'WAID:2', content_attributes: quoting });
  const edited = await say(conversation, { ...said, content: 'Where is my train?\n\n_`edited`_' });
  assert.deepEqual([edited.id, edited.content], [first.id, 'Where is my train?\n\n_`edited`_']);
  await until(() => heard.some((one) => one.id === first.id && one.message_type === 'incoming'), 'our own message');
  assert.deepEqual(posted, []);
  passed('what a customer says in chunked forms is stored once, edited by its id, and told back as incoming');
  return first;
}

async function file(conversation) {
  const form = new FormData();
  form.append('content', 'Look');
  form.append('message_type', 'incoming');
  form.append('attachments[]', Readable.from([PNG.subarray(0, 1000), PNG.subarray(1000)]), { filename: 'board.png' });
  form.append('source_id', 'WAID:3');
  const headers = { api_access_token: KEY, ...form.getHeaders() };
  const place = `${ADDRESS}/api/v1/accounts/${accountId}/conversations/${conversation}/messages`;
  const answer = await axios.request({ method: 'post', maxBodyLength: Infinity, url: place, headers, data: form });
  assert.deepEqual([answer.data.content, answer.data.attachments.length], ['Look', 1]);
  assert.equal(answer.request.getHeader('content-length'), undefined);
  passed('a file arrives as a stream, with no key but api_access_token', `${PNG.length} bytes`);
}

async function replies(conversation, contact) {
  away = 1;
  tell('ANSWER', conversation);
  const reply = await until(() => posted.at(-1), 'the reply of an agent');
  assert.equal(reply.to, contact.identifier);
  assert.ok(reply.by);
  assert.equal(away, 0);
  passed('a reply is told of, again after a 503, and posted once', `“${reply.text}” by ${reply.by}`);
  const typed = { content: 'Typed on the phone', message_type: 'outgoing', source_id: 'WAID:4' };
  await say(conversation, typed);
  await say(conversation, { content: 'Message was not sent', message_type: 'outgoing', private: true });
  const own = await say(conversation, { content: 'init', message_type: 'outgoing' });
  await until(() => posted.some((one) => one.text === 'init'), 'our own reply');
  await client.messages.update({ accountId, conversationId: conversation, messageId: own.id, data: { status: 'read' } });
  assert.deepEqual(posted.map((one) => one.text), [reply.text, 'init']);
  passed('what was typed on the phone and a note are stored and posted by nobody; a receipt is taken');
}

async function changes(inbox, conversation, contact, first) {
  const data = { name: 'Priya Nair', avatar_url: 'https://cdn.example/priya.jpg' };
  const changed = await client.contacts.update({ accountId, id: contact.id, data });
  assert.deepEqual([changed.payload.id, changed.payload.name], [contact.id, 'Priya Nair']);
  passed('a customer has a new name and picture');
  await client.messages.delete({ accountId, conversationId: conversation, messageId: first.id });
  const gone = (one) => one.event === 'message_updated' && one.id === first.id && one.content_attributes.deleted;
  await until(() => heard.some(gone), 'the removal');
  passed('a message that the customer took away is marked, and told');
  const page = await client.messages.list({ accountId, conversationId: conversation });
  const sources = page.payload.map((one) => one.source_id);
  assert.deepEqual(sources.filter(Boolean), ['WAID:1', 'WAID:2', 'WAID:3', 'WAID:4']);
  const seen = `/public/api/v1/inboxes/${inbox.inbox_identifier}/contacts/${contact.identifier}`;
  const headers = { api_access_token: KEY };
  await axios.post(`${ADDRESS}${seen}/conversations/${conversation}/update_last_seen`, {}, { headers });
  const merge = { base_contact_id: contact.id, mergee_contact_id: contact.id };
  const url = `${ADDRESS}/api/v1/accounts/${accountId}/actions/contact_merge`;
  const refused = await axios.post(url, merge, { headers, validateStatus: () => true });
  assert.equal(refused.status, 422);
  passed('the conversation is listed, seen, and merging is refused', refused.data.detail);
}

async function resolve(conversation) {
  const resolved = { accountId, conversationId: conversation, data: { status: 'resolved' } };
  assert.equal((await client.conversations.toggleStatus(resolved)).payload.current_status, 'resolved');
  const told = (one) => one.event === 'conversation_status_changed' && one.status === 'resolved';
  const change = await until(() => heard.find(told), 'the resolved conversation');
  assert.deepEqual([change.id, change.meta.sender.name], [conversation, 'Priya Nair']);
  passed('a conversation is resolved, and told');
}

try {
  await new Promise((resolve) => ear.listen(0, '127.0.0.1', resolve));
  const inbox = await ownInbox('Northline WhatsApp', `http://127.0.0.1:${ear.address().port}/chatwoot/webhook/northline`);
  const { contact, conversation } = await conversationOf(inbox, '4915112345678', 'Priya');
  const first = await words(conversation);
  await file(conversation);
  await replies(conversation, contact);
  await changes(inbox, conversation, contact, first);
  await resolve(conversation);
  console.log('all passed');
} catch (error) {
  console.error(error, error.response?.data ?? error.body ?? '');
  process.exitCode = 1;
}
ear.close();
ear.closeAllConnections();
