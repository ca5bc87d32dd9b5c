// What the yardstick's web and worker share: one queue on the given Redis, one pool on the given PostgreSQL.

import { Redis } from 'ioredis';
import pg from 'pg';

export const QUEUE = 'generations';
export const BRAND = process.env.BRAND_ID;

export const redis = () => new Redis(process.env.REDIS_URL, { maxRetriesPerRequest: null });

// Every session works for one brand, so row-level security costs the yardstick no extra statement.
export const pool = (max) =>
  new pg.Pool({ connectionString: process.env.DATABASE_URL, options: `-c app.brand_id=${BRAND}`, max, min: max });
