// Sends a visit with one of the published SDKs: node send.mjs posthog|segment URL KEY
import { Analytics } from "@segment/analytics-node";
import { PostHog } from "posthog-node";

const [sdk, url, key] = process.argv.slice(2);
const errors = [];
const money = { revenue: 9.99, currency: "EUR" };

if (sdk === "posthog") {
  const posthog = new PostHog(key, { host: `${url}/ingest/posthog` });
  posthog.on("error", (error) => errors.push(String(error)));
  posthog.capture({ distinctId: "visitor", event: "viewed" });
  posthog.alias({ distinctId: "visitor", alias: "ann" });
  posthog.capture({ distinctId: "ann", event: "bought", properties: money });
  await posthog.shutdown();
} else {
  // It knows hosts only: what is after the first slash is left out.
  const segment = new Analytics({ writeKey: key, host: url, maxRetries: 0 });
  segment.on("error", (error) => errors.push(JSON.stringify(error)));
  segment.track({ anonymousId: "visitor", event: "viewed" });
  segment.identify({ userId: "ann", anonymousId: "visitor" });
  segment.track({ userId: "ann", event: "bought", properties: money });
  await segment.closeAndFlush();
}
console.error(errors.join("\n"));
process.exit(errors.length ? 1 : 0);
