// The yardstick's web: POST /generations does what ours does, then adds a job. Also what the benchmark needs to
// fill the queue: POST /fill {"ids": [...]} pauses it and adds, POST /resume lets it run.

import http from 'node:http';
import { Queue } from 'bullmq';
import { BRAND, QUEUE, pool, redis } from './shared.js';

const db = pool(4);
const queue = new Queue(QUEUE, { connection: redis() });
const OPTIONS = { attempts: 3, backoff: { type: 'exponential', delay: 2000 } };

const RESERVE_BUDGET = {
  name: 'budget',
  text: `UPDATE ai_studio_budget SET reserved_usd = reserved_usd + $2
         WHERE brand_id = $1 AND month_date = date_trunc('month', now())::date
           AND reserved_usd + spent_usd + $2 <= limit_usd RETURNING id`,
};
const RESERVE_QUOTA = {
  name: 'quota',
  text: `UPDATE ai_studio_userquota SET reserved_usd = reserved_usd + $2, used_generations = used_generations + 1
         WHERE brand_id = $1 AND user_id = $3 AND month_date = date_trunc('month', now())::date
           AND reserved_usd + spent_usd + $2 <= limit_usd AND used_generations + 1 <= limit_generations RETURNING id`,
};
const GENERATION = {
  name: 'generation',
  text: `INSERT INTO ai_studio_generation
           (id, brand_id, user_id, type, prompt, negative_prompt, quality, aspect_ratio, seed, extras, palette,
            parent_kind, version, provider, model, routing, status, stage, progress, status_seq, queue, priority,
            next_step_at, fence, claims, deadline_at, estimated_cost_usd, answer, error_code, error_message, created_at)
         VALUES (uuidv7(), $1, $3, 'IMAGE_2D', $4, '', 'standard', '1:1', $5, '{}', '[]', '', 1, 'slow', 'slow-1', '{}',
                 'PENDING', 'queued', 0, 1, 'ai.io', 5, now(), 0, 0, now() + interval '1 day', $2, '{}', '', '', now())
         RETURNING id`,
};
const HOLD = {
  name: 'hold',
  text: `INSERT INTO ai_studio_ledgerentry
           (id, brand_id, budget_id, quota_id, generation_id, kind, amount_usd, effect_key, note, at)
         VALUES (uuidv7(), $1, $3, $4, $5::uuid, 'HOLD', $2, $5::text || ':HOLD', '', now())`,
};
const EVENT = { name: 'event', text: `SELECT brands_append_events($1, 'generation.requested', ARRAY[$2]::jsonb[])` };

const request = async ({ user, prompt, seed }) => {
  const cost = '0.08';
  const client = await db.connect();
  try {
    await client.query('BEGIN');
    const generation = await client.query({ ...GENERATION, values: [BRAND, cost, user, prompt, seed] });
    const budget = await client.query({ ...RESERVE_BUDGET, values: [BRAND, cost] });
    const quota = await client.query({ ...RESERVE_QUOTA, values: [BRAND, cost, user] });
    const id = generation.rows[0].id;
    await client.query({ ...HOLD, values: [BRAND, cost, budget.rows[0].id, quota.rows[0].id, id] });
    await client.query({ ...EVENT, values: [BRAND, JSON.stringify({ generation: id, status: 'PENDING' })] });
    await client.query('COMMIT');
    await queue.add('generation', { id }, OPTIONS);
    return { id };
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
};

const fill = async ({ ids }) => {
  await queue.pause();
  await queue.addBulk(ids.map((id) => ({ name: 'generation', data: { id }, opts: OPTIONS })));
  return {};
};

const resume = async () => {
  await queue.resume();
  return {};
};

const doors = { '/generations': request, '/fill': fill, '/resume': resume };

const read = async (stream) => {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString() || '{}');
};

const server = http.createServer(async (asked, answer) => {
  try {
    const body = JSON.stringify(await doors[asked.url](await read(asked)));
    answer.writeHead(202, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }).end(body);
  } catch (error) {
    console.error(error);
    answer.writeHead(500).end(String(error));
  }
});
server.keepAliveTimeout = 0; // the benchmark's one client may pause for long
server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('ready'));
