/** Runs one engine on one file in this process and prints what it took: `node measure.mjs <engine> <file>`. */
const [engine, file] = process.argv.slice(2);
const { default: analyse } = await import(`./engines/${engine}.mjs`);
const result = await analyse(file);
const { user, system } = process.cpuUsage();
const figures = {
  // Both from the start of the process.
  wallMs: performance.now(),
  cpuMs: (user + system) / 1000,
  peakBytes: process.resourceUsage().maxRSS * 1024,
};
process.stdout.write(`${JSON.stringify({ ...figures, ...result })}\n`);
process.exit();
