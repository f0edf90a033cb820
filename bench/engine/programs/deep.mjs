/**
 * What recursion and fixpoints choke on: one list as long as the heap, rings whose members all reach each other, a tree
 * with links to its parents, and closures that wrap each other. One unit is a link of each.
 */
class Link {
  constructor(previous, value) {
    this.previous = previous;
    this.value = value;
    this.next = null;
    if (previous !== null) previous.next = this;
  }
}

class Branch {
  constructor(parent) {
    this.parent = parent;
    this.left = null;
    this.right = null;
  }
}

const MEMBERS_OF_A_RING = 100_000;

export function build(units) {
  let list = null;
  let wrapped = () => 0;
  let ring = [];
  const rings = [];
  const branches = [new Branch(null)];
  let newest = null;
  for (let number = 0; number < units; number++) {
    list = { next: list, number: { value: number } };
    newest = new Link(newest, number % 100);
    const inner = wrapped;
    wrapped = () => inner() + 1;
    const member = { others: null, name: `member ${number % 1000}` };
    if (ring.length > 0) ring[ring.length - 1].others = [member, ring[(number * 7919) % ring.length]];
    ring.push(member);
    if (ring.length === MEMBERS_OF_A_RING) {
      member.others = [ring[0]];
      rings.push(ring);
      ring = [];
    }
    const parent = branches[number >> 1];
    const branch = new Branch(parent);
    parent[number & 1 ? 'right' : 'left'] = branch;
    branches.push(branch);
  }
  return { list, newest, wrapped, rings, ring, tree: branches[0] };
}
