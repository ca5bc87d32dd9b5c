// The yardstick's worker: the same provider, files and PostgreSQL effects as ours, on BullMQ.

import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { Worker } from 'bullmq';
import { BRAND, QUEUE, pool, redis } from './shared.js';

const CONCURRENCY = Number(process.env.CONCURRENCY);
const db = pool(20); // as many connections as one of our processes has
const agent = new http.Agent({ keepAlive: true, maxSockets: CONCURRENCY });

// The attempt is committed before the provider is called. The status is written so that no partial index of waiting jobs
// fits: a new table has no statistics, and the plan would read all of them instead of one by its key.
const START = {
  name: 'start',
  text: `
    WITH started AS (
      UPDATE ai_studio_generation
      SET status = 'PROCESSING', stage = 'submitted', status_seq = status_seq + 1, fence = fence + 1,
          claims = claims + 1, claimed_at = clock_timestamp(), started_at = clock_timestamp(),
          lease_until = clock_timestamp() + interval '10 s'
      WHERE id = $1 AND brand_id = $2 AND status || '' = 'PENDING' RETURNING *
    ), attempt AS (
      INSERT INTO ai_studio_attempt (id, brand_id, generation_id, number, provider, model, fence, submit_state,
                                     external_id, error_code, error_message, started_at)
      SELECT uuidv7(), brand_id, id, 1, provider, model, fence, 'SENT', '', '', '', clock_timestamp() FROM started
      RETURNING id
    )
    SELECT started.*, attempt.id AS attempt FROM started, attempt`,
};
const SETTLE = {
  name: 'settle',
  text: 'SELECT studio_settle($1, $2)',
};

const ask = (order) =>
  new Promise((resolve, reject) => {
    const body = JSON.stringify(order);
    const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
    const request = http.request(process.env.SLOW_PROVIDER_URL, { method: 'POST', agent, headers }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => resolve(JSON.parse(Buffer.concat(parts).toString())));
      answer.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });

// Whole and on the disk, or not there: as our storage does it.
const store = async (role, name, mediaType, encoded) => {
  const data = Buffer.from(encoded, 'base64');
  const sha256 = createHash('sha256').update(data).digest('hex');
  const key = `brands/${BRAND}/artifacts/${sha256.slice(0, 2)}/${sha256}`;
  const target = path.join(process.env.MEDIA_ROOT, key);
  const folder = path.dirname(target);
  await mkdir(folder, { recursive: true });
  const part = path.join(folder, `.${randomUUID()}.part`);
  const file = await open(part, 'wx', 0o600);
  await file.writeFile(data);
  await file.sync();
  await file.close();
  await rename(part, target);
  const directory = await open(folder);
  await directory.sync();
  await directory.close();
  return { role, name, media_type: mediaType, size_bytes: data.length, sha256, storage_key: key, width: 1, height: 1 };
};

const work = async (job) => {
  const started = (await db.query({ ...START, values: [job.data.id, BRAND] })).rows[0];
  if (!started) return;
  const answer = await ask({ key: started.attempt, prompt: started.prompt, seed: started.seed });
  const artifacts = await Promise.all([
    store('RESULT', 'image.png', 'image/png', answer.image),
    store('THUMBNAIL', 'thumbnail.webp', 'image/webp', answer.thumbnail),
  ]);
  const cost = started.estimated_cost_usd;
  const event = { generation: started.id, type: started.type, status: 'COMPLETED', cost_usd: cost };
  const ended = {
    generation: started.id, fence: started.fence, attempt: started.attempt, cost_usd: cost, source: 'TARIFF', details: {},
    quality_score: null, answer: {}, raw_answer: {}, artifacts, event,
  };
  await db.query({ ...SETTLE, values: [BRAND, JSON.stringify([ended])] });
};

const worker = new Worker(QUEUE, work, {
  connection: redis(),
  concurrency: CONCURRENCY,
  removeOnComplete: { count: 100 },
  removeOnFail: { count: 50 },
});
worker.on('failed', (job, error) => console.error('failed', job?.data.id, error));
await worker.waitUntilReady();
console.log('ready');
process.on('SIGTERM', () => worker.close().then(() => process.exit(0)));
