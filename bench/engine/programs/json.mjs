/** Plain data as a service gets it: records parsed from JSON text. One unit is a record. */
export function build(units) {
  const records = [];
  for (let number = 0; number < units; number++) records.push(JSON.parse(textOf(number)));
  return { records, byId: Object.fromEntries(records.map((record) => [record.id, record])) };
}

function textOf(number) {
  return JSON.stringify({
    id: `r${number}`,
    index: number,
    score: number / 7,
    active: number % 3 === 0,
    name: { first: `First ${number}`, last: `Last ${number % 1000}` },
    tags: [`tag ${number % 13}`, `tag ${number}`, 'common'],
    place: { latitude: number * 0.001, longitude: -number * 0.002, city: `City ${number % 400}` },
    friends: [0, 1, 2].map((friend) => ({ id: number * 3 + friend, name: `Friend ${number}-${friend}` })),
    history: [{ at: '2026-01-01T00:00:00Z', what: null, amount: number }],
  });
}
